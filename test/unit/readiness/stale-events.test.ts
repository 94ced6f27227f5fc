import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { judge } from '../../../src/readiness/judge.ts';
import { container, near, object, pod } from './objects.ts';

const MINUTE = 60_000;
const WRITTEN = Date.parse('2026-01-01T12:00:00Z');

describe('a mount that failed, and went well when it was tried again', () => {
  const events = {
    'web-x': [{ reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "ca" : timed out waiting' }],
  };
  const crashed = { waiting: { reason: 'CrashLoopBackOff' } };
  const last = { restartCount: 2, lastState: { terminated: { exitCode: 3 } } };
  const verdict = (status: object) => judge(pod(status), near([], events));

  it('K3: does not hide a container that crashes', () => {
    expect(verdict(container(crashed, last))).toMatchObject({
      state: 'failed',
      reason: 'container web crashes on every start (exit code 3, 3 times)',
    });
  });

  it('does not hide an image that is missing', () => {
    const waiting = { reason: 'ErrImagePull', message: 'manifest unknown' };
    expect(verdict(container({ waiting }))).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('was not found in the registry'),
    });
  });

  it('does not hide an init container that crashes', () => {
    const status = {
      ...container({ waiting: { reason: 'PodInitializing' } }),
      initContainerStatuses: [{ name: 'wait', ...last, state: crashed }],
    };
    const one = pod(status);
    (one.spec as { initContainers: unknown }).initContainers = [{ name: 'wait', image: 'r/wait' }];
    expect(judge(one, near([], events))).toMatchObject({ state: 'failed', culprit: { container: 'wait' } });
  });

  it('is told no more once the sandbox is there', () => {
    const creating = container({ waiting: { reason: 'ContainerCreating' } });
    const conditions = (status: string) => [{ type: 'PodReadyToStartContainers', status }];
    const told = (status: string) => verdict({ ...creating, conditions: conditions(status) });
    expect(told('True')).toMatchObject({ state: 'waiting', reason: 'the container is being created' });
    expect(told('False')).toMatchObject({ reason: expect.stringContaining('its volumes are not mounted yet') });
  });

  it('is what a pod waits for that was moved to a new sandbox', () => {
    const creating = container({ waiting: { reason: 'ContainerCreating' } }, last);
    expect(verdict(creating)).toMatchObject({ reason: expect.stringContaining('its volumes are not mounted yet') });
  });
});

describe('a refusal to create pods', () => {
  const message = 'pods "web-0" is forbidden: violates PodSecurity "baseline:latest": host namespaces';
  const at = (time: number) => ({ uid: [{ reason: 'FailedCreate', message, at: time }] });
  const managedFields = [
    { manager: 'slipway', operation: 'Apply', time: new Date(WRITTEN).toISOString() },
    { manager: 'kube-controller-manager', subresource: 'status', time: new Date(WRITTEN + 2 * MINUTE).toISOString() },
    { manager: 'horizontal-pod-autoscaler', subresource: 'scale', time: new Date(WRITTEN + MINUTE).toISOString() },
  ];
  const workloads: [string, KubeObject][] = [
    [
      'a StatefulSet',
      object('apps/v1', 'StatefulSet', { replicas: 1 }, { observedGeneration: 2, replicas: 0 }, { managedFields }),
    ],
    [
      'a DaemonSet',
      object('apps/v1', 'DaemonSet', {}, { observedGeneration: 2, desiredNumberScheduled: 1 }, { managedFields }),
    ],
    ['a Job', object('batch/v1', 'Job', {}, {}, { managedFields })],
  ];

  it.each(workloads)('%s of an earlier version says nothing about this one', (_, workload) => {
    expect(judge(workload, near([], at(WRITTEN))).state).toBe('waiting');
  });

  it.each(workloads)('%s of this version is the reason', (_, workload) => {
    const refused = { state: 'failed', graceMs: 2_000, reason: expect.stringContaining('refused by the Pod Security') };
    expect(judge(workload, near([], at(WRITTEN + 1_000)))).toMatchObject(refused);
  });

  it.each(workloads)('%s whose writers are not known is told with what there is', (_, workload) => {
    const metadata = { ...workload.metadata, managedFields: [] };
    expect(judge({ ...workload, metadata }, near([], at(0))).state).toBe('failed');
  });
});
