import { describe, expect, it } from 'vitest';
import { tryAgain } from '../../../src/readiness/held-back.ts';
import { judge } from '../../../src/readiness/judge.ts';
import { deployment, near, object, replicaSet } from '../../support/unit/readiness-objects.ts';

const AT = Date.parse('2026-01-01T12:00:00Z');
const TRIED = { 'slipway.dev/tried-again': '2026-01-01T12:00:00.000Z' };
const refused = { type: 'ReplicaFailure', status: 'True', message: 'pods "w" is forbidden: violates PodSecurity "x"' };

describe('what its controller has been refused', () => {
  const of = (kind: string, spec: object, status: object) => object('apps/v1', kind, spec, status);
  const wanted = object('apps/v1', 'Deployment', {}, undefined, { annotations: { team: 'a' } });

  it.each([
    ['pods of a Deployment', of('Deployment', {}, { conditions: [refused] })],
    [
      'the ReplicaSet of a Deployment',
      of('Deployment', {}, { conditions: [{ type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError' }] }),
    ],
    ['a pod of a StatefulSet', of('StatefulSet', {}, {})],
    ['one of two pods of a StatefulSet', of('StatefulSet', { replicas: 2 }, { replicas: 1 })],
    ['a pod of a DaemonSet', of('DaemonSet', {}, { desiredNumberScheduled: 2, currentNumberScheduled: 1 })],
  ])('is tried again: %s', (_, live) => {
    const { metadata, ...rest } = tryAgain(wanted, live, AT);
    expect(metadata.annotations).toEqual({ team: 'a', ...TRIED });
    expect({ ...rest, metadata: { ...metadata, annotations: { team: 'a' } } }).toEqual(wanted);
  });

  it.each([
    ['that is not there', undefined],
    ['with all its pods', of('Deployment', {}, { conditions: [{ ...refused, status: 'False' }] })],
    ['with all its pods, a StatefulSet', of('StatefulSet', { replicas: 2 }, { replicas: 2 })],
    ['that should have none', of('StatefulSet', { replicas: 0 }, {})],
    ['on every node', of('DaemonSet', {}, { desiredNumberScheduled: 2, currentNumberScheduled: 2 })],
    ['that makes no pods', object('v1', 'Service', { replicas: 1 }, {})],
  ])('is not: a workload %s is written as it is', (_, live) => {
    expect(tryAgain(wanted, live, AT)).toBe(wanted);
  });
});

describe('a Deployment whose pods are tried again', () => {
  const asked = deployment();
  asked.metadata.annotations = { ...asked.metadata.annotations, ...TRIED };
  const set = replicaSet({ conditions: [refused] });

  it('is waited for until its ReplicaSet was told', () => {
    const verdict = judge(asked, near([set]));
    expect(verdict).toMatchObject({ state: 'waiting', reason: expect.stringContaining('its controller retries') });
  });

  it('fails when they are refused again', () => {
    const told = { ...set, metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, ...TRIED } } };
    expect(judge(asked, near([told]))).toMatchObject({ state: 'failed', graceMs: 5_000 });
    expect(judge(deployment(), near([set]))).toMatchObject({ state: 'failed', graceMs: 0 });
  });
});

describe('a Deployment whose ReplicaSet is refused', () => {
  const message =
    'Failed to create new replica set "web-1": replicasets.apps "web-1" is forbidden: exceeded quota: small, requested: 1';
  const events = { uid: [{ reason: 'ReplicaSetCreateError', message, at: AT + 1_000 }] };
  const reason = 'its pods are refused by a quota of the namespace: exceeded quota: small, requested: 1';

  it('fails by it, though its controller does not say that it has seen it', () => {
    const unseen = deployment({}, { observedGeneration: 1 });
    expect(judge(unseen, near([], events))).toMatchObject({ state: 'failed', reason });
    expect(judge(deployment(), near([], events))).toMatchObject({ state: 'failed', reason });
  });

  it('is not judged by what an earlier version was refused', () => {
    const written = new Date(AT + 2_000).toISOString();
    const unseen = deployment({}, { observedGeneration: 1 });
    unseen.metadata.managedFields = [{ manager: 'slipway', time: written }];
    expect(judge(unseen, near([], events)).state).toBe('waiting');
  });

  it('is not judged by the condition that an old ReplicaSet has given it', () => {
    expect(judge(deployment({}, { conditions: [refused] }), near([replicaSet()])).state).toBe('waiting');
  });
});
