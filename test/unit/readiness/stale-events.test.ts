import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { judge } from '../../../src/readiness/judge.ts';
import { container, deployment, near, object, owned, pod, replicaSet } from '../../support/unit/readiness-objects.ts';

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
    expect(judge(workload, near([], at(WRITTEN - 1_000))).state).toBe('waiting');
  });

  it.each(workloads)('%s of this version is the reason', (_, workload) => {
    const refused = (graceMs: number) => ({
      state: 'failed',
      graceMs,
      reason: expect.stringContaining('refused by the Pod Security'),
    });
    // Times are exact to a second: one of the same second may be of before.
    expect(judge(workload, near([], at(WRITTEN)))).toMatchObject(refused(5_000));
    expect(judge(workload, near([], at(WRITTEN + 1_000)))).toMatchObject(refused(2_000));
  });

  it('is over when a pod was made since then', () => {
    const [, workload] = workloads[1] as [string, KubeObject];
    const made = (time: number) =>
      pod({}, { ...owned('uid'), creationTimestamp: new Date(time).toISOString() }, 'web-0');
    const verdict = (time: number) => judge(workload, near([made(time)], at(WRITTEN + 2_000)));
    expect(verdict(WRITTEN + 1_000).state).toBe('waiting');
    const two = { ...workload, status: { observedGeneration: 2, desiredNumberScheduled: 2 } };
    expect(judge(two, near([made(WRITTEN + 2_000)], at(WRITTEN + 2_000))).state).toBe('waiting');
    expect(judge(two, near([made(WRITTEN + 1_000)], at(WRITTEN + 2_000))).state).toBe('failed');
  });

  it('of a ReplicaSet is told by its newest event: its condition keeps the first one', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'failed calling webhook "x"' }];
    const events = { rs: [{ reason: 'FailedCreate', message, at: WRITTEN }] };
    const told = { state: 'failed', reason: expect.stringContaining('refused by the Pod Security') };
    expect(judge(deployment(), near([replicaSet({ conditions })], events))).toMatchObject(told);
    expect(judge(deployment(), near([replicaSet({ conditions })])).state).toBe('waiting');
  });

  it.each(workloads)('%s whose writers are not known is told with what there is', (_, workload) => {
    const metadata = { ...workload.metadata, managedFields: [] };
    expect(judge({ ...workload, metadata }, near([], at(0))).state).toBe('failed');
  });
});

describe('what a probe was answered before', () => {
  const probes = (...messages: string[]) => ({
    'web-x': messages.map((message) => ({ reason: 'Unhealthy', message, container: 'web' })),
  });
  const startup = 'Startup probe failed: Get "http://10.0.0.1:8080/": connect: connection refused';

  it('K3: does not hide that the container needs more memory', () => {
    const killed = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
    const crashed = container({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 2, lastState: killed });
    expect(judge(pod(crashed), near([], probes(startup)))).toMatchObject({
      state: 'failed',
      reason: 'container web was killed 3 times because it needs more memory than its limit',
    });
  });

  it('while it started is not why it is not ready', () => {
    const running = { ...container({ running: {} }, { started: true }), phase: 'Running' };
    const reason = (...messages: string[]) => judge(pod(running), near([], probes(...messages)));
    expect(reason(startup)).toMatchObject({ reason: 'the container runs and is not ready yet' });
    const readiness = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
    expect(reason(readiness, startup)).toMatchObject({ reason: 'GET /healthz answered 503' });
  });
});

describe('pods of the version before', () => {
  const crashing = container(
    { waiting: { reason: 'CrashLoopBackOff' } },
    { lastState: { terminated: { exitCode: 1 } } },
  );
  const template = (image: string, labels: object = {}) => ({
    metadata: { labels: { app: 'web', ...labels } },
    spec: { containers: [{ name: 'web', image }] },
  });

  it('all go before the first new one comes (Recreate): their ReplicaSet is not the new one', () => {
    const set = replicaSet();
    const of = (image: string) => ({ ...set, spec: { template: template(image, { 'pod-template-hash': 'abc' }) } });
    const recreated = deployment({ strategy: { type: 'Recreate' }, template: template('r/app:2') });
    const verdict = (image: string) => judge(recreated, near([of(image), pod(crashing)]));
    expect(verdict('r/app:1')).toMatchObject({ state: 'waiting', reason: 'the new ReplicaSet is being created' });
    expect(verdict('r/app:2').state).toBe('failed');
  });

  it('block a StatefulSet that replaces them in order, and not one that replaces them all', () => {
    const old = pod(crashing, { ...owned('uid'), labels: { 'controller-revision-hash': 'one' } }, 'web-0');
    const status = { observedGeneration: 2, updateRevision: 'two', replicas: 1 };
    const verdict = (spec: object) =>
      judge(object('apps/v1', 'StatefulSet', { replicas: 1, ...spec }, status), near([old]));
    expect(verdict({})).toMatchObject({ state: 'failed', remedy: expect.stringContaining('Delete it by hand') });
    expect(verdict({ podManagementPolicy: 'Parallel' }).state).toBe('waiting');
  });
});
