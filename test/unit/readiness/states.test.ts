import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { judge } from '../../../src/readiness/judge.ts';
import type { EventView, Verdict } from '../../../src/readiness/verdict.ts';
import { container, deployment, near, object, owned, pod, replicaSet } from '../../support/unit/readiness-objects.ts';

const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const judged = (pods: KubeObject[], warnings: Record<string, Partial<EventView>[]> = {}): Verdict =>
  judge(deployment(), near([replicaSet(), ...pods], warnings));

describe('a StatefulSet', () => {
  it('whose pod of the revision before may still become ready is waited for (K23)', () => {
    const set = object('apps/v1', 'StatefulSet', { replicas: 1 }, { observedGeneration: 2, updateRevision: 'new' });
    const labels = { 'controller-revision-hash': 'old' };
    const slow = pod({ phase: 'Running' }, { ...owned('uid'), labels });
    expect(judge(set, near([slow]))).toMatchObject({
      state: 'waiting',
      reason: 'pod web-x of the revision before is not ready, and Kubernetes replaces it only when it is',
    });
  });
});

describe('a Deployment', () => {
  it('K1: whose status is of the version before is waited for, however good it looks', () => {
    const stale = deployment({}, { observedGeneration: 1, updatedReplicas: 2, availableReplicas: 2 });
    const world = near([replicaSet({ availableReplicas: 2 }, '2')]);
    expect(judge(stale, world)).toMatchObject({
      state: 'waiting',
      reason: 'its controller has not observed the new version yet',
    });
  });

  it('is not ready by the pods of an old ReplicaSet', () => {
    const world = near([replicaSet({ availableReplicas: 2 }, '1', 'old'), replicaSet({ availableReplicas: 0 })]);
    expect(judge(deployment({}, { updatedReplicas: 2, availableReplicas: 2 }), world).state).toBe('waiting');
  });

  it('does not fail by the crashing pods of an old ReplicaSet', () => {
    const crashing = pod(
      container({ waiting: { reason: 'CrashLoopBackOff' } }, { lastState: { terminated: { exitCode: 1 } } }),
      owned('old'),
    );
    const world = near([replicaSet({}, '1', 'old'), replicaSet({ availableReplicas: 2 }), crashing]);
    expect(judge(deployment({}, { updatedReplicas: 2 }), world).state).toBe('ready');
  });

  it('K5: is not failed by an earlier rollout that ran out of time', () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    expect(judge(deployment({}, { conditions }), near([replicaSet()])).state).toBe('waiting');
  });

  it('K10: with no replicas is ready, and verifies nothing', () => {
    expect(judge(deployment({ replicas: 0 }), near())).toMatchObject({
      state: 'ready',
      warning: expect.stringContaining('nothing was verified'),
    });
  });

  it('K11: that an autoscaler grew meanwhile has to have all of them', () => {
    const world = near([replicaSet({ availableReplicas: 2 })]);
    expect(judge(deployment({ replicas: 5 }, { updatedReplicas: 5 }), world)).toMatchObject({
      reason: '2 of 5 new pods available',
    });
  });

  it('K9: that was paused meanwhile says how to go on', () => {
    expect(judge(deployment({ paused: true }), near())).toMatchObject({
      state: 'waiting',
      remedy: 'Resume it: kubectl rollout resume deployment/web',
    });
  });

  it('whose pod is evicted waits for the next one', () => {
    expect(judged([pod({ phase: 'Failed', reason: 'Evicted' })]).state).toBe('waiting');
  });

  it('one of whose pods crashes beside a ready one is given three tries', () => {
    const crash = (restartCount: number) =>
      pod(
        container(
          { waiting: { reason: 'CrashLoopBackOff' } },
          { restartCount, lastState: { terminated: { exitCode: 1 } } },
        ),
        {},
        'web-y',
      );
    expect(judged([pod(ready), crash(1)]).state).toBe('waiting');
    expect(judged([pod(ready), crash(3)]).state).toBe('failed');
    expect(judged([crash(1)]).state).toBe('failed');
  });
});

describe('an image', () => {
  const pull = (message: string, reason = 'ErrImagePull', warnings: Record<string, Partial<EventView>[]> = {}) =>
    judged([pod(container({ waiting: { reason, message } }))], warnings);

  it.each([
    ['failed to resolve reference "r/app:1": r/app:1: not found', 'was not found in the registry'],
    ['manifest unknown: Failed to fetch "sha256:0"', 'was not found in the registry'],
    ['unexpected status from HEAD request: 403 Forbidden', 'the registry refused the node on node-1'],
    [
      'pull access denied, repository does not exist or may require authorization',
      'the registry refused the node on node-1',
    ],
    ['no match for platform in manifest: not found', 'is not built for the processor of the node node-1'],
  ])('%s: fails', (message, reason) => {
    expect(pull(message)).toMatchObject({ state: 'failed', graceMs: 0, reason: expect.stringContaining(reason) });
  });

  it.each([
    ['Failed', 3_000, 'with the pull Secret registry', 'holds a login to this registry'],
    ['FailedToRetrieveImagePullSecret', 20_000, 'which could not read the pull Secret registry', 'exists in namespace'],
  ])('F3: refused with a pull Secret, and event %s: fails after %d ms', (event, graceMs, reason, remedy) => {
    const refused = pod(container({ waiting: { reason: 'ErrImagePull', message: '401 Unauthorized' } }));
    Object.assign(refused.spec as object, { imagePullSecrets: [{ name: 'registry' }] });
    expect(judged([refused], { 'web-x': [{ reason: event, message: '' }] })).toMatchObject({
      state: 'failed',
      graceMs,
      reason: expect.stringContaining(reason),
      remedy: expect.stringContaining(remedy),
    });
  });

  it.each([
    'unexpected status from HEAD request: 503 Service Unavailable',
    'dial tcp: lookup registry.example: i/o timeout',
    'failed to do request: Head "https://r/v2/": EOF',
    'toomanyrequests: You have reached your pull rate limit',
  ])('K2: %s: is waited for', (message) => {
    expect(pull(message)).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('cannot be pulled on node-1 at the moment'),
    });
  });

  it('of an older kubelet, which only says that it backs off, is judged by its events', () => {
    const backOff = 'Back-off pulling image "r/app:1"';
    const warnings = { 'web-x': [{ reason: 'Failed', message: 'Failed to pull image "r/app:1": manifest unknown' }] };
    expect(pull(backOff, 'ImagePullBackOff', warnings).state).toBe('failed');
    expect(pull(backOff, 'ImagePullBackOff').state).toBe('waiting');
  });

  it.each(['InvalidImageName', 'ErrImageNeverPull'])('%s fails', (reason) => {
    expect(pull('', reason).state).toBe('failed');
  });
});

describe('a container', () => {
  const configError = (message: string) =>
    judged([pod(container({ waiting: { reason: 'CreateContainerConfigError', message } }))]);

  it.each([
    ['configmap "settings" not found', 'needs the ConfigMap settings, which does not exist'],
    ["couldn't find key url in Secret ns/database", 'needs the key url of the Secret ns/database, which is not in it'],
    ['container has runAsNonRoot and image will run as root', 'would run as root, which its securityContext forbids'],
  ])('%s: fails', (message, reason) => {
    expect(configError(message)).toMatchObject({ state: 'failed', reason: expect.stringContaining(reason) });
  });

  it('whose Secret has not reached the kubelet’s cache is waited for', () => {
    expect(configError('failed to sync secret cache: timed out waiting for the condition').state).toBe('waiting');
  });

  it.each([
    [{ exitCode: 127 }, 'its command cannot be run (exit code 127: command not found)'],
    [{ exitCode: 126 }, 'its command cannot be run (exit code 126: command not executable)'],
    [
      { exitCode: 128, reason: 'StartError', message: 'runc: exec: "/app": permission denied' },
      'its command cannot be run (exec: "/app": permission denied)',
    ],
  ])('that ends with %j cannot be run', (terminated, reason) => {
    expect(judged([pod(container({ terminated }))])).toMatchObject({
      state: 'failed',
      reason: `container web: ${reason}`,
    });
  });

  it.each([
    [{ exitCode: 137, reason: 'OOMKilled' }, /needs more memory than its limit/, /deploy\.resources\.memory/],
    [{ exitCode: 0 }, /ends by itself \(exit code 0, 2 times\) instead of serving/, /foreground/],
    [{ exitCode: 139, signal: 11 }, /crashes on every start \(signal 11, 2 times\)/, /log/],
  ])('that crashes with %j says so', (terminated, reason, remedy) => {
    const state = container(
      { waiting: { reason: 'CrashLoopBackOff' } },
      { restartCount: 1, lastState: { terminated } },
    );
    expect(judged([pod(state)])).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(remedy),
      culprit: { previous: true },
    });
  });

  it('that crashed once and runs again is waited for', () => {
    const state = container({ running: {} }, { restartCount: 1, lastState: { terminated: { exitCode: 127 } } });
    expect(judged([pod({ ...state, phase: 'Running' })]).state).toBe('waiting');
  });

  it('that runs is asked about by its own probe, not by that of a sidecar', () => {
    const running = pod({ ...container({ running: {} }), phase: 'Running' });
    const failing = (message: string, other: string | undefined) =>
      judged([running], { 'web-x': [{ reason: 'Unhealthy', message, container: other }] }).reason;
    expect(failing('Readiness probe failed: HTTP probe failed with statuscode: 503', 'web')).toContain(
      'GET /healthz answered 503',
    );
    expect(failing('Readiness probe failed: Get "http://x": context deadline exceeded', 'web')).toContain(
      'GET /healthz did not answer within 3 s',
    );
    expect(failing('Readiness probe failed: HTTP probe failed with statuscode: 503', 'sidecar')).not.toContain('503');
  });
});
