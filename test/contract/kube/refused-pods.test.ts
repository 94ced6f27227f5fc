import { describe, expect, it } from 'vitest';
import { refOf } from '../../../src/objects/ref.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { isHeldBack } from '../../../src/readiness/held-back.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('pods that are refused');
const POD = { apiVersion: 'v1', kind: 'Pod' };
const BY_HAND = { fieldManager: 'by-hand' };
/** Pod Security `baseline` refuses it. */
const REFUSED = { hostPID: true };

describe.skipIf(!test).concurrent('K6: pods that are refused, on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);

  async function scene(kind: string) {
    if (!test || !cluster) throw new Error('no platform');
    const { updateOwn, image, staging: namespace, update } = await deliveryScene(test, cluster, namespaces);
    const enforce = (level: string) => {
      const labels = { 'pod-security.kubernetes.io/enforce': level };
      return cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }, BY_HAND);
    };
    const rollOut = (pod: object) => updateOwn([workload(kind, image, pod)]);
    return { rollOut, update, enforce, namespace, cluster };
  }

  function workload(kind: string, image: string, pod: object): KubeObject {
    const containers = [{ name: 'agent', image, command: serve() }];
    const template = {
      metadata: { labels: { app: 'agent' } },
      spec: { terminationGracePeriodSeconds: 1, containers, ...pod },
    };
    const own = { Deployment: {}, StatefulSet: { serviceName: 'agent' }, DaemonSet: {} }[kind];
    const spec = { selector: { matchLabels: { app: 'agent' } }, template, ...own };
    return { apiVersion: 'apps/v1', kind, metadata: { name: 'agent' }, spec };
  }

  it.each(['StatefulSet', 'DaemonSet'])(
    'of a %s: the release before is seen to work again, and the next one too',
    async (kind) => {
      const { rollOut, enforce } = await scene(kind);
      await enforce('baseline');
      expect((await rollOut({})).outcome).toBe('succeeded');
      const result = await rollOut(REFUSED);
      expect(result.error?.message).toContain('its pods are refused by the Pod Security of the namespace');
      expect(result.outcome, result.error?.details.join('\n')).toBe('rolled-back');
      expect((await rollOut({ hostname: 'other' })).outcome).toBe('succeeded');
    },
  );

  it.each(['Deployment', 'StatefulSet'])(
    'of a %s, by a rule that somebody then changes: they are tried again at once',
    async (kind) => {
      const { rollOut, enforce, cluster: kube, namespace } = await scene(kind);
      await enforce('baseline');
      expect((await rollOut(REFUSED)).outcome).toBe('failed');
      await enforce('privileged');
      const again = await rollOut(REFUSED);
      expect(again.outcome, again.error?.details.join('\n')).toBe('succeeded');
      // What made its controller try again has left no trace.
      expect((await rollOut(REFUSED)).outcome).toBe('unchanged');
      // Pods that go later, and are refused when they are to come again, are tried again by the same release.
      await enforce('baseline');
      for (const pod of await kube.list(POD, { namespace })) await kube.delete(refOf({ ...pod, ...POD }));
      const ref = { apiVersion: 'apps/v1', kind, name: 'agent', namespace };
      const heldBack = async () => isHeldBack((await kube.get(ref)) as KubeObject);
      await expect.poll(heldBack, { timeout: 120_000 }).toBe(true);
      await enforce('privileged');
      expect((await rollOut(REFUSED)).error).toBeUndefined();
      expect((await kube.list(POD, { namespace })).filter(({ metadata }) => !metadata.deletionTimestamp)).toHaveLength(
        1,
      );
    },
  );

  it('already as a ReplicaSet: the quota is named', async () => {
    const { update, cluster: kube, namespace } = await scene('Deployment');
    const spec = { hard: { 'count/replicasets.apps': '1' } };
    await kube.apply(
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small', namespace }, spec },
      BY_HAND,
    );
    expect((await update()).outcome).toBe('succeeded');
    const result = await update({ env: { OTHER: 'yes' } });
    expect(result.error?.message).toContain('refused by a quota of the namespace: exceeded quota: small');
    expect(result.outcome).toBe('rolled-back');
  });
});
