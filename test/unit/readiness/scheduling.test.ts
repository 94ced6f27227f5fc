import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/readiness/judge.ts';
import { deployment, near, pod, replicaSet } from '../../support/unit/readiness-objects.ts';

const waits = (message: string) =>
  pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] });

describe('hb-20: each reason of the scheduler', () => {
  const PORTS = "1 node(s) didn't have free ports for the requested pod ports";
  it.each([
    ['3 Insufficient memory.', 'ask for less'],
    [PORTS, 'has this hostPort'],
    ["2 node(s) didn't match Pod's node affinity/selector", 'nodeSelector'],
    ['1 node(s) had untolerated taint {gpu: true}', 'toleration'],
    ["1 node(s) didn't match pod anti-affinity rules", 'podAntiAffinity'],
    ["1 node(s) didn't match pod topology spread constraints", 'ScheduleAnyway'],
    ['1 node(s) had volume node affinity conflict', 'another zone'],
    ['1 node(s) were unschedulable', 'uncordon'],
    ['1 Too many pods', 'as many pods as they may'],
    ['1 node(s) are strange today', 'what the pod asks of them'],
  ])('%s: has its own advice', (reason, advice) => {
    const verdict = judge(deployment(), near([replicaSet(), waits(`0/3 nodes are available: ${reason}`)]));
    expect(verdict).toMatchObject({ state: 'waiting', remedy: expect.stringContaining(advice) });
  });

  it('and two of them two', () => {
    const both = waits('0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {gpu: true}.');
    const { remedy } = judge(deployment(), near([replicaSet(), both])) as { remedy: string };
    expect(remedy).toMatch(/ask for less.*toleration/);
  });
});

describe('hb-20: a hostPort that the pod of the version before holds', () => {
  const message = "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.";
  const judged = (spec: object, text = message, old = [replicaSet({}, '1', 'old')]) =>
    judge(deployment({ replicas: 1, ...spec }), near([...old, replicaSet(), waits(text)]));
  const rolling = (rollingUpdate: object) => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });

  it.each([
    {},
    rolling({ maxUnavailable: '25%' }),
    rolling({ maxUnavailable: 0 }),
    { replicas: 3, ...rolling({ maxUnavailable: '33%' }) },
  ])('%j: fails, because that pod stays', (spec) => {
    expect(judged(spec)).toMatchObject({
      state: 'failed',
      graceMs: 30_000,
      reason: expect.stringContaining('needs a hostPort that the pod of the version before holds'),
      remedy: expect.stringContaining('strategy.type: Recreate'),
    });
  });

  it.each([{ strategy: { type: 'Recreate' } }, rolling({ maxUnavailable: 1 }), { replicas: 4 }])(
    '%j: is waited for, because that pod stops',
    (spec) => {
      expect(judged(spec).state).toBe('waiting');
    },
  );

  it('is waited for while another node may take the pod, and on a first release', () => {
    const mixed =
      "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't have free ports for the requested pod ports.";
    expect(judged({}, mixed).state).toBe('waiting');
    expect(judged({}, message, []).state).toBe('waiting');
  });
});
