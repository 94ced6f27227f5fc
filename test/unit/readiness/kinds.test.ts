import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { judge, watchesOf } from '../../../src/readiness/judge.ts';
import type { EventView, Verdict } from '../../../src/readiness/verdict.ts';
import { container, deployment, near, object, owned, pod, replicaSet } from '../../support/unit/readiness-objects.ts';

const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const judged = (pods: KubeObject[], warnings: Record<string, Partial<EventView>[]> = {}): Verdict =>
  judge(deployment(), near([replicaSet(), ...pods], warnings));

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

describe('CH-1: a pod that is a hook', () => {
  it('is ready when it has ended, and not while it runs', () => {
    const running = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    const hook = (status: object) => pod(status, { annotations: { 'helm.sh/hook': 'post-install' } });
    expect(judge(hook(running), near())).toMatchObject({ state: 'waiting', reason: 'it is running' });
    expect(judge(hook({ phase: 'Succeeded' }), near()).state).toBe('ready');
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
    [
      'pods "w" is forbidden: no PriorityClass with name high was found',
      'need the PriorityClass high, which does not exist',
      5_000,
    ],
    ['pods "w" is forbidden: pod rejected: RuntimeClass "gvisor" not found', 'need the RuntimeClass gvisor', 5_000],
    [
      'pods "w" is forbidden: unable to validate against any security context constraint: [provider restricted]',
      'refused by the security context constraints',
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
      { state: 'ready', warning: 'it is suspended and does not run' },
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

  it('are watched with what they are judged by', () => {
    expect(watchesOf({ apiVersion: 'apps/v1', kind: 'Deployment' }).map(({ kind }) => kind)).toEqual([
      'ReplicaSet',
      'Pod',
    ]);
    expect(watchesOf({ apiVersion: 'acme.dev/v1', kind: 'Lot' })).toEqual([]);
  });
});
