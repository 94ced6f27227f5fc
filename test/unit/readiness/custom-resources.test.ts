import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/readiness/judge.ts';
import { near, object } from '../../support/unit/readiness-objects.ts';

const condition = (type: string, status: string, reason = '') => ({ type, status, reason });
const judged = (status: object, apiVersion = 'argoproj.io/v1alpha1', kind = 'Rollout') =>
  judge(object(apiVersion, kind, {}, status), near());

describe('CH-9: a Rollout of Argo', () => {
  it('that was aborted has failed, though its old pods are available', () => {
    const conditions = [
      condition('Available', 'True', 'AvailableReason'),
      condition('Healthy', 'False', 'RolloutNotHealthy'),
      condition('Completed', 'False'),
      condition('Progressing', 'False', 'RolloutAborted'),
    ];
    // Argo writes the generation as text.
    expect(judged({ observedGeneration: '2', phase: 'Degraded', conditions })).toMatchObject({
      state: 'failed',
      reason: 'not Progressing: RolloutAborted',
    });
  });

  it('of a bad phase has failed, with or without conditions', () => {
    const message = 'ProgressDeadlineExceeded: ReplicaSet "web-2" has timed out progressing.';
    expect(judged({ phase: 'Degraded', message })).toMatchObject({
      state: 'failed',
      graceMs: 15_000,
      reason: `its phase is Degraded: ${message}`,
    });
  });

  it('whose canary pauses is waited for, and what would end the pause is said', () => {
    const conditions = [condition('Available', 'True'), condition('Healthy', 'False'), condition('Paused', 'True')];
    expect(judged({ phase: 'Paused', message: 'CanaryPauseStep', conditions })).toMatchObject({
      state: 'waiting',
      reason: 'it is paused: CanaryPauseStep',
      remedy: expect.stringContaining('argo rollouts promote'),
    });
  });

  it('is not ready while it is not healthy', () => {
    const conditions = [condition('Available', 'True'), condition('Healthy', 'False', 'RolloutNotHealthy')];
    expect(judged({ conditions })).toMatchObject({ state: 'waiting', reason: 'not Healthy yet: RolloutNotHealthy' });
    expect(judged({ phase: 'Progressing', conditions: [condition('Available', 'True')] }).state).toBe('waiting');
  });

  it('is ready when it is healthy', () => {
    const conditions = [condition('Available', 'True'), condition('Healthy', 'True')];
    const done = condition('Progressing', 'False', 'NewReplicaSetAvailable');
    expect(judged({ phase: 'Healthy', observedGeneration: '2', conditions: [...conditions, done] }).state).toBe(
      'ready',
    );
  });

  it('that no controller observes says so, and what to check', () => {
    expect(judged({ observedGeneration: '1', phase: 'Healthy' })).toMatchObject({
      state: 'waiting',
      remedy: expect.stringContaining('Check that the controller for Rollout of argoproj.io runs'),
    });
  });
});

describe('CH-9: other custom resources', () => {
  const knative = (reason: string) =>
    judged(
      { observedGeneration: 2, conditions: [condition('Ready', 'False', reason)] },
      'serving.knative.dev/v1',
      'Service',
    );

  it('of Knative fail by a terminal reason, and are waited for with another one', () => {
    expect(knative('RevisionFailed')).toMatchObject({ state: 'failed', graceMs: 15_000 });
    expect(knative('ContainerMissing')).toMatchObject({ state: 'failed', graceMs: 60_000 });
    expect(knative('IngressNotConfigured').state).toBe('waiting');
  });

  it('need all of their good conditions', () => {
    const conditions = [condition('Ready', 'True'), condition('Synced', 'False', 'ReconcileError')];
    expect(judged({ conditions }, 'acme.dev/v1', 'Lot')).toMatchObject({ state: 'waiting' });
  });

  it('that are no longer progressing are done', () => {
    const conditions = [condition('Available', 'True'), condition('Progressing', 'False', 'AsExpected')];
    expect(judged({ conditions }, 'acme.dev/v1', 'Lot').state).toBe('ready');
  });
});
