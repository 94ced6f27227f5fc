import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { judge } from '../../../src/readiness/judge.ts';
import { policyDenial } from '../../../src/readiness/policy-denial.ts';
import type { EventView, Verdict } from '../../../src/readiness/verdict.ts';
import { container, deployment, near, object, owned, pod, replicaSet } from '../../support/unit/readiness-objects.ts';

const judged = (pods: KubeObject[], warnings: Record<string, Partial<EventView>[]> = {}): Verdict =>
  judge(deployment(), near([replicaSet(), ...pods], warnings));

describe('K5: a Deployment that is out of time', () => {
  const outOfTime = (name: string) => ({
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: `ReplicaSet "${name}" has timed out progressing.`,
  });
  const judgedWith = (name: string) =>
    judge(deployment({ progressDeadlineSeconds: 30 }, { conditions: [outOfTime(name)] }), near([replicaSet()]));

  it('in an earlier rollout, to another ReplicaSet, is waited for', () => {
    expect(judgedWith('old')).toEqual({ state: 'waiting', reason: '0 of 2 new pods available' });
  });

  it('with this ReplicaSet fails, once this rollout has had as much time', () => {
    expect(judgedWith('rs')).toMatchObject({
      state: 'failed',
      reason: 'no progress within its progressDeadlineSeconds (30 s): 0 of 2 new pods available',
      before: { ms: 30_000, verdict: { state: 'waiting', reason: '0 of 2 new pods available' } },
    });
  });
});

describe('a pod that its node has ended', () => {
  const ended = (reason: string) => pod({ phase: 'Failed', reason, message: 'the node was low on memory' });

  it.each(['Evicted', 'NodeShutdown', 'Terminated', 'OutOfcpu', 'UnexpectedAdmissionError', 'NodeAffinity'])(
    '%s: its successor is waited for, and it is told',
    (reason) => {
      expect(judged([ended(reason)])).toMatchObject({
        state: 'waiting',
        reason: `0 of 2 new pods available; pod web-x was ended by its node (${reason}): the node was low on memory`,
      });
    },
  );

  it('by a disruption of any name is no failure either', () => {
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }];
    const crashed = container({ terminated: { exitCode: 127 } });
    expect(judged([pod({ ...crashed, phase: 'Failed', conditions })]).state).toBe('waiting');
  });

  it('is not told while its successor starts', () => {
    const successor = pod(container({ waiting: { reason: 'ContainerCreating' } }), {}, 'web-y');
    expect(judged([ended('Evicted'), successor]).reason).toBe(
      '0 of 2 new pods available; the container is being created',
    );
  });

  it('of a Job that is not tried again fails it, and is not taken for the fault of its program', () => {
    const job = object('batch/v1', 'Job', { backoffLimit: 0 }, { conditions: [{ type: 'Failed', status: 'True' }] });
    const evicted = pod({ phase: 'Failed', reason: 'Evicted', message: 'low on memory' }, owned('uid'));
    expect(judge(job, near([evicted]))).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('its node ended its pod web-x (Evicted)'),
    });
  });
});

describe('a container that its kubelet restarts', () => {
  const looping = (exitCode: number) =>
    pod(
      container(
        { waiting: { reason: 'CrashLoopBackOff' } },
        { restartCount: 2, lastState: { terminated: { exitCode } } },
      ),
    );
  const unhealthy = (message: string) => ({ 'web-x': [{ reason: 'Unhealthy', message, container: 'web' }] });

  it('because of its liveness probe says so, with the answer', () => {
    const events = unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500');
    expect(judged([looping(137)], events)).toMatchObject({
      state: 'failed',
      reason:
        'container web is killed again and again (3 times) because its liveness probe fails (GET /live): HTTP probe failed with statuscode: 500',
      remedy: expect.stringContaining('startup probe'),
      culprit: { container: 'web', previous: true },
    });
  });

  it('and that ended by itself did not end by the probe', () => {
    const events = unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500');
    expect(judged([looping(1)], events).reason).toContain('crashes on every start (exit code 1');
    const readiness = unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 500');
    expect(judged([looping(137)], readiness).reason).toContain('crashes on every start (exit code 137');
  });
});

describe('K7: pods that no node takes', () => {
  const message = '0/3 nodes are available: 3 Insufficient cpu.';
  const pending = pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message }] });

  it('are waited for, with the reason and what to change: nodes may be on their way', () => {
    expect(judged([pending])).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining(`no node takes the pod: ${message}`),
      remedy: expect.stringContaining('Add nodes'),
    });
  });
});

describe('S5: who denies a pod is named', () => {
  it.each([
    [
      'pods "web-x" is forbidden: image policy webhook backend denied one or more images: Image r/app@sha256:1 denied by Binary Authorization default admission rule. Denied by always_deny admission rule',
      'Binary Authorization',
    ],
    [
      'admission webhook "imagepolicywebhook.image-policy.k8s.io" denied the request: Image r/app denied by attestor projects/acme/attestors/built-by-ci: No attestations found; Binary Authorization',
      'Binary Authorization',
    ],
    [
      "pods \"web-x\" is forbidden: ValidatingAdmissionPolicy 'only-our-registry' with binding 'all' denied request: no",
      'the ValidatingAdmissionPolicy only-our-registry',
    ],
    [
      'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] no owner',
      'the policy must-have-owner (admission webhook validation.gatekeeper.sh)',
    ],
    [
      'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/ns/web was blocked due to the following policies \n\nrequire-labels:\n  check: no',
      'the policy require-labels (admission webhook validate.kyverno.svc-fail)',
    ],
  ])('%s', (message, name) => {
    expect(policyDenial(message)).toMatchObject({ name });
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
    expect(judge(deployment(), near([replicaSet({ conditions })]))).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining(`its pods are refused by ${name}`),
    });
  });

  it('an attestor that is missing is what the remedy asks for', () => {
    const message = 'Binary Authorization: denied by attestor projects/acme/attestors/built-by-ci: No attestations';
    expect(policyDenial(message)?.remedy).toContain('an attestation by projects/acme/attestors/built-by-ci');
  });

  it('and a message of nobody names nobody', () => {
    expect(policyDenial('exceeded quota: small')).toBeUndefined();
  });
});

describe('a custom resource', () => {
  const lot = (status: unknown) => object('acme.dev/v1', 'Lot', {}, status);
  const good = (more: object = {}) => ({ type: 'Ready', status: 'True', ...more });

  it.each<[string, unknown, Partial<Verdict>]>([
    ['with a condition of the version before', { conditions: [good({ observedGeneration: 1 })] }, { state: 'waiting' }],
    ['with a condition of this version', { conditions: [good({ observedGeneration: 2 })] }, { state: 'ready' }],
    [
      'whose controller does not know yet',
      { conditions: [good({ status: 'Unknown', reason: 'Reconciling' })] },
      { state: 'waiting', reason: 'not Ready yet: Reconciling' },
    ],
    [
      'that its controller finds invalid, for a minute',
      { conditions: [good({ status: 'False', reason: 'InvalidSpec', message: 'no such zone' })] },
      { state: 'failed', reason: 'not Ready: no such zone', graceMs: 60_000 },
    ],
    [
      'that had stalled in the version before',
      { conditions: [{ type: 'Stalled', status: 'True', observedGeneration: 1 }, good({ observedGeneration: 2 })] },
      { state: 'ready' },
    ],
  ])('%s', (_name, status, expected) => {
    expect(judge(lot(status), near())).toMatchObject(expected);
  });

  it('K1: that does not say of which version its status is gets a moment for its controller to look', () => {
    expect(judge(lot({ conditions: [good()] }), near())).toMatchObject({ state: 'ready', afterMs: 3_000 });
    expect(judge(lot(undefined), near())).toMatchObject({ state: 'ready', afterMs: 3_000 });
    expect(judge(lot({ observedGeneration: 2, conditions: [good()] }), near())).not.toHaveProperty('afterMs');
    const role = object('rbac.authorization.k8s.io/v1', 'Role', undefined, undefined);
    expect(judge(role, near())).not.toHaveProperty('afterMs');
  });
});

describe('an autoscaler', () => {
  it('that cannot find what it scales is told', () => {
    const conditions = [{ type: 'AbleToScale', status: 'False', message: 'deployments.apps "web" not found' }];
    expect(judge(object('autoscaling/v2', 'HorizontalPodAutoscaler', {}, { conditions }), near())).toMatchObject({
      state: 'ready',
      warning: 'it does not scale at the moment: deployments.apps "web" not found',
    });
  });
});
