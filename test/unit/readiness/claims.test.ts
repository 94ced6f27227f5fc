import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/readiness/judge.ts';
import type { EventView } from '../../../src/readiness/verdict.ts';
import { deployment, near, object, pod, replicaSet } from '../../support/unit/readiness-objects.ts';

const claim = object('v1', 'PersistentVolumeClaim', {}, { phase: 'Pending' });
const noClass = {
  reason: 'ProvisioningFailed',
  message: 'storageclass.storage.k8s.io "premium-rwo" not found',
};

describe('CH-16: a claim whose StorageClass does not exist', () => {
  it('fails by its own event, and names the class', () => {
    expect(judge(claim, near([], { uid: [noClass] }))).toMatchObject({
      state: 'failed',
      reason: 'it asks for the StorageClass premium-rwo, which does not exist',
      remedy: expect.stringContaining('storageClassName'),
    });
  });

  const unbound = (warnings: Record<string, Partial<EventView>[]>) => {
    const message = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found';
    const waits = pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message }] });
    Object.assign(waits.spec as object, {
      volumes: [{ name: 'tmp' }, { persistentVolumeClaim: { claimName: 'data' } }],
    });
    return judge(deployment(), near([replicaSet(), waits], warnings));
  };

  it('fails the pod that needs it, also where the claim itself was ready before its event came', () => {
    expect(unbound({ 'PersistentVolumeClaim/data': [noClass] })).toMatchObject({
      state: 'failed',
      reason: 'its PersistentVolumeClaim data asks for the StorageClass premium-rwo, which does not exist',
    });
  });

  it('is looked up by command where there is no event', () => {
    expect(unbound({})).toMatchObject({
      state: 'waiting',
      remedy: 'See why the claim is not bound: kubectl -n ns describe pvc data',
    });
  });
});

describe('a claim', () => {
  const judged = (message: string) => judge(claim, near([], { uid: [{ reason: 'ProvisioningFailed', message }] }));

  it('whose volume cannot be created at the moment is waited for', () => {
    expect(judged('quota of disks exceeded')).toMatchObject({
      state: 'waiting',
      reason: 'it has no volume yet: quota of disks exceeded',
    });
  });

  it('in a cluster without a default StorageClass says so', () => {
    expect(judged('no persistent volumes available for this claim and no storage class is set')).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('the cluster has no default StorageClass'),
    });
  });
});
