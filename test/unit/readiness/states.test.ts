import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { judge, watchesOf } from '../../../src/readiness/judge.ts';
import type { EventView, Verdict } from '../../../src/readiness/verdict.ts';
import { container, deployment, near, object, owned, pod, replicaSet } from './objects.ts';

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
      reason: 'its controller has not seen the new version yet',
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

describe('a pod', () => {
  it('on its own is over with success, or with an exit code', () => {
    expect(judge(pod({ phase: 'Succeeded' }), near()).state).toBe('ready');
    expect(judge(pod({ ...container({ terminated: { exitCode: 3 } }), phase: 'Failed' }), near())).toMatchObject({
      state: 'failed',
      reason: 'container web ended with exit code 3',
    });
    expect(judge(pod(ready), near()).state).toBe('ready');
  });

  it('whose volume needs a Secret that is missing fails; one that is only slow is waited for', () => {
    const creating = pod(container({ waiting: { reason: 'ContainerCreating' } }));
    const mount = (message: string) => judged([creating], { 'web-x': [{ reason: 'FailedMount', message }] });
    expect(mount('MountVolume.SetUp failed for volume "tls" : secret "tls" not found')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('a volume needs the Secret tls'),
    });
    expect(mount('references non-existent secret key: tls.crt').state).toBe('failed');
    expect(mount('Unable to attach or mount volumes: timed out waiting for the condition').state).toBe('waiting');
  });

  it('whose claim does not exist fails', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', message: 'persistentvolumeclaim "data" not found' }];
    expect(judged([pod({ phase: 'Pending', conditions })])).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('PersistentVolumeClaim data'),
    });
  });

  it('whose init container fails is told by that container', () => {
    const status = {
      phase: 'Pending',
      initContainerStatuses: [
        {
          name: 'wait',
          restartCount: 2,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 5 } },
        },
      ],
    };
    const one = pod(status);
    (one.spec as { initContainers: unknown }).initContainers = [{ name: 'wait', image: 'r/wait' }];
    expect(judged([one])).toMatchObject({ state: 'failed', culprit: { container: 'wait', previous: true } });
  });
});

describe('pods that cannot be created', () => {
  const refused = (message: string) =>
    judge(
      deployment(),
      near([replicaSet({ conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }] })]),
    );

  it.each([
    ['pods "w" is forbidden: exceeded quota: q, requested: pods=1', 'refused by a quota', 15_000],
    [
      'pods "w" is forbidden: error looking up service account ns/ci: serviceaccount "ci" not found',
      'need the ServiceAccount ci',
      5_000,
    ],
    [
      'pods "w" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation',
      'refused by the Pod Security',
      0,
    ],
    [
      'admission webhook "policy.acme.dev" denied the request: no',
      'refused by the admission webhook policy.acme.dev',
      0,
    ],
  ])('K6: %s: fails', (message, reason, graceMs) => {
    expect(refused(message)).toMatchObject({ state: 'failed', graceMs, reason: expect.stringContaining(reason) });
  });

  it('because a webhook does not answer are waited for', () => {
    expect(refused('Internal error occurred: failed calling webhook "policy.acme.dev": timeout').state).toBe('waiting');
  });
});

describe('a Job', () => {
  const job = (spec: object, status: object = {}) => object('batch/v1', 'Job', spec, status);
  const itsPod = (status: object) => pod(status, owned('uid'));

  it('has completed as soon as its pod has succeeded', () => {
    expect(judge(job({ completions: 1 }), near([itsPod({ phase: 'Succeeded' })])).state).toBe('ready');
    expect(judge(job({ completions: 2 }), near([itsPod({ phase: 'Succeeded' })])).state).toBe('waiting');
  });

  it('that may not be tried again has failed with its pod', () => {
    const failed = itsPod({ ...container({ terminated: { exitCode: 3 } }), phase: 'Failed' });
    expect(judge(job({ backoffLimit: 0 }), near([failed]))).toMatchObject({
      state: 'failed',
      reason: 'it ended with exit code 3',
    });
    expect(judge(job({ backoffLimit: 6 }), near([failed])).state).toBe('waiting');
  });

  it('whose image is missing fails before its own deadline does it', () => {
    const pulling = itsPod(container({ waiting: { reason: 'ErrImagePull', message: 'manifest unknown' } }));
    expect(judge(job({}), near([pulling])).state).toBe('failed');
  });

  it('that ran out of its deadline says so', () => {
    const conditions = [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }];
    expect(judge(job({}, { conditions }), near())).toMatchObject({
      reason: 'it ran longer than its activeDeadlineSeconds',
    });
  });
});

describe('other kinds', () => {
  it.each<[string, KubeObject, Partial<Verdict>]>([
    ['a ConfigMap', object('v1', 'ConfigMap', undefined, undefined), { state: 'ready' }],
    ['a CronJob', object('batch/v1', 'CronJob', { schedule: '0 * * * *' }, {}), { state: 'ready' }],
    [
      'a suspended CronJob',
      object('batch/v1', 'CronJob', { suspend: true }, {}),
      { state: 'ready', warning: 'it is suspended: it will not run' },
    ],
    ['a Service', object('v1', 'Service', { type: 'ClusterIP' }, {}), { state: 'ready' }],
    ['a LoadBalancer without an address', object('v1', 'Service', { type: 'LoadBalancer' }, {}), { state: 'waiting' }],
    [
      'a LoadBalancer',
      object('v1', 'Service', { type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }),
      { state: 'ready', reason: 'its address is 192.0.2.1' },
    ],
    ['an Ingress', object('networking.k8s.io/v1', 'Ingress', {}, {}), { state: 'ready' }],
    ['a bound claim', object('v1', 'PersistentVolumeClaim', {}, { phase: 'Bound' }), { state: 'ready' }],
    [
      'a claim that waits for its first pod',
      object('v1', 'PersistentVolumeClaim', {}, { phase: 'Pending' }),
      { state: 'ready' },
    ],
    ['a claim whose volume is gone', object('v1', 'PersistentVolumeClaim', {}, { phase: 'Lost' }), { state: 'failed' }],
    ['a PodDisruptionBudget', object('policy/v1', 'PodDisruptionBudget', {}, {}), { state: 'ready' }],
    [
      'an autoscaler without metrics',
      object(
        'autoscaling/v2',
        'HorizontalPodAutoscaler',
        {},
        { conditions: [{ type: 'ScalingActive', status: 'False', message: 'no metrics' }] },
      ),
      { state: 'ready', warning: 'it does not scale at the moment: no metrics' },
    ],
    [
      'a definition that is served',
      object(
        'apiextensions.k8s.io/v1',
        'CustomResourceDefinition',
        {},
        { conditions: [{ type: 'Established', status: 'True' }] },
      ),
      { state: 'ready' },
    ],
    [
      'a definition that is not yet',
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {}, {}),
      { state: 'waiting' },
    ],
    [
      'a definition whose names are taken',
      object(
        'apiextensions.k8s.io/v1',
        'CustomResourceDefinition',
        {},
        { conditions: [{ type: 'NamesAccepted', status: 'False', message: 'lots is taken' }] },
      ),
      { state: 'failed' },
    ],
    [
      'a custom resource that is ready',
      object('acme.dev/v1', 'Lot', {}, { conditions: [{ type: 'Ready', status: 'True' }] }),
      { state: 'ready' },
    ],
    [
      'a custom resource that is not',
      object('acme.dev/v1', 'Lot', {}, { conditions: [{ type: 'Ready', status: 'False', message: 'no space' }] }),
      { state: 'waiting', reason: 'not Ready yet: no space' },
    ],
    [
      'a custom resource that has stalled',
      object('acme.dev/v1', 'Lot', {}, { conditions: [{ type: 'Stalled', status: 'True', message: 'no space' }] }),
      { state: 'failed', graceMs: 15_000 },
    ],
    [
      'a custom resource of the version before',
      object('acme.dev/v1', 'Lot', {}, { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] }),
      { state: 'waiting' },
    ],
    ['a custom resource without a status', object('acme.dev/v1', 'Lot', {}, undefined), { state: 'ready' }],
  ])('%s', (_name, one, expected) => {
    expect(judge(one, near())).toMatchObject(expected);
  });

  it('a claim that no volume can be made for says why', () => {
    const claim = object('v1', 'PersistentVolumeClaim', {}, { phase: 'Pending' });
    const world = near([], { uid: [{ reason: 'ProvisioningFailed', message: 'storageclass "fast" not found' }] });
    expect(judge(claim, world)).toMatchObject({
      state: 'waiting',
      reason: 'it has no volume yet: storageclass "fast" not found',
    });
  });

  it('are watched with what they are judged by', () => {
    expect(watchesOf({ apiVersion: 'apps/v1', kind: 'Deployment' }).map(({ kind }) => kind)).toEqual([
      'ReplicaSet',
      'Pod',
    ]);
    expect(watchesOf({ apiVersion: 'acme.dev/v1', kind: 'Lot' })).toEqual([]);
  });
});
