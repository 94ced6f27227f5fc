import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/readiness/judge.ts';
import { deployment, near, object, pod, replicaSet } from '../../support/unit/readiness-objects.ts';

const REF = { name: 'shared', namespace: 'infra' };
const TRUE = (type: string, observedGeneration = 2) => ({ type, status: 'True', reason: type, observedGeneration });
const FALSE = (type: string, reason: string) => ({ type, status: 'False', reason, observedGeneration: 2 });
const route = (...parents: object[][]) => {
  const status = { parents: parents.map((conditions) => ({ parentRef: REF, conditions })) };
  const spec = { parentRefs: [REF], hostnames: ['pr-7.acme.dev'] };
  return judge(object('gateway.networking.k8s.io/v1', 'HTTPRoute', spec, status), near());
};

describe('a route', () => {
  it('is ready when its Gateway has accepted this version of it, and has found what it leads to', () => {
    expect(route([TRUE('Accepted'), TRUE('ResolvedRefs')])).toMatchObject({ state: 'ready' });
    expect(route()).toMatchObject({ state: 'waiting', reason: 'Gateway infra/shared has not processed it yet' });
    expect(route([TRUE('Accepted', 1), TRUE('ResolvedRefs', 1)])).toMatchObject({
      state: 'waiting',
      reason: 'Gateway infra/shared has not processed the new version yet',
    });
    expect(route([TRUE('Accepted')]).state).toBe('waiting');
  });

  it('waits for the load balancer where its controller speaks of it', () => {
    const accepted = [TRUE('Accepted'), TRUE('ResolvedRefs')];
    expect(route([...accepted, FALSE('Programmed', 'Pending')]).state).toBe('waiting');
    expect(route([...accepted, TRUE('Programmed')]).state).toBe('ready');
  });

  it('that the Gateway does not take from this namespace says what the Gateway needs', () => {
    expect(route([FALSE('Accepted', 'NotAllowedByListeners'), TRUE('ResolvedRefs')])).toMatchObject({
      state: 'failed',
      reason: 'Gateway infra/shared: not Accepted: NotAllowedByListeners',
      remedy: expect.stringMatching(/allowedRoutes\.namespaces.*managed-by: slipway/),
      graceMs: 15_000,
    });
    expect(route([FALSE('Accepted', 'NoMatchingListenerHostname')])).toMatchObject({
      remedy: expect.stringContaining('pr-7.acme.dev'),
    });
    expect(route([TRUE('Accepted'), FALSE('ResolvedRefs', 'BackendNotFound')]).state).toBe('failed');
  });

  it('is as good as the best of several controllers say of one Gateway', () => {
    expect(route([FALSE('Accepted', 'NoMatchingParent')], [TRUE('Accepted'), TRUE('ResolvedRefs')]).state).toBe(
      'ready',
    );
  });
});

describe('an Ingress of GKE', () => {
  const gce = (annotations: object, ingress: object[], warnings = {}) =>
    judge(
      object(
        'networking.k8s.io/v1',
        'Ingress',
        {},
        { loadBalancer: { ingress } },
        { annotations: { 'kubernetes.io/ingress.class': 'gce', ...annotations } },
      ),
      near([], warnings),
    );

  it('is waited for until its load balancer has an address, with the last warning', () => {
    expect(gce({}, [], { uid: [{ message: 'quota exceeded' }] })).toMatchObject({
      state: 'waiting',
      reason: 'its load balancer has no address yet: quota exceeded',
    });
    expect(gce({}, [{ ip: '203.0.113.7' }])).toEqual({ state: 'ready', reason: 'its address is 203.0.113.7' });
  });

  it('whose health check does not find the app says so', () => {
    const backends = JSON.stringify({ 'k8s1-a': 'UNHEALTHY', 'k8s1-b': 'HEALTHY' });
    expect(gce({ 'ingress.kubernetes.io/backends': backends }, [{ ip: '203.0.113.7' }])).toMatchObject({
      state: 'ready',
      warning: expect.stringMatching(/k8s1-a unhealthy.*health check path/),
    });
    expect(gce({ 'ingress.kubernetes.io/backends': '{' }, [{ ip: '203.0.113.7' }])).not.toHaveProperty('warning');
  });

  it('any other is ready when it is there', () => {
    expect(judge(object('networking.k8s.io/v1', 'Ingress', {}, {}), near()).state).toBe('ready');
  });
});

it('a ManagedCertificate is not waited for, and told while it is not active', () => {
  const state = (status: object) => judge(object('networking.gke.io/v1', 'ManagedCertificate', {}, status), near());
  expect(state({ certificateStatus: 'Active' })).toEqual({ state: 'ready', reason: 'it is active' });
  const domainStatus = [{ domain: 'a.dev', status: 'FailedNotVisible' }];
  expect(state({ certificateStatus: 'Provisioning', domainStatus })).toMatchObject({
    state: 'ready',
    warning: expect.stringContaining('a.dev: FailedNotVisible'),
  });
});

it('a pod that the load balancer has not found healthy is told apart from one that is not ready', () => {
  const type = 'cloud.google.com/load-balancer-neg-ready';
  const gated = pod({
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'False' },
      { type: 'ContainersReady', status: 'True' },
      { type, status: 'False', reason: 'LoadBalancerNegNotReady', message: 'Waiting for pod to become healthy' },
    ],
  });
  const spec = { ...(gated.spec as object), readinessGates: [{ conditionType: type }] };
  expect(judge(deployment(), near([replicaSet(), { ...gated, spec }]))).toMatchObject({
    state: 'waiting',
    reason: expect.stringContaining(`waits for ${type} (LoadBalancerNegNotReady: Waiting for pod`),
    remedy: expect.stringContaining('deploy.health'),
  });
});
