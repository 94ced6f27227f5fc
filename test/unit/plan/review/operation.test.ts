import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import { reviewTask } from '../../../../src/plan/review/operation.ts';
import { byHand, pullRequest, reviewInputsOf } from '../../../support/unit/review.ts';

describe('what is to be done', () => {
  it.each(['opened', 'synchronize', 'reopened', 'ready_for_review', 'labeled'])('auto on %s: up', (action) => {
    expect(reviewTask(reviewInputsOf(), pullRequest({ action }))).toEqual({ operation: 'up', number: 7 });
  });

  it('auto on closed, merged or not: down', () => {
    expect(reviewTask(reviewInputsOf(), pullRequest({ action: 'closed' }))).toEqual({ operation: 'down', number: 7 });
    expect(reviewTask(reviewInputsOf(), pullRequest({ action: 'closed', merged: true })).operation).toBe('down');
  });

  it('the inputs win over the event', () => {
    expect(reviewTask(reviewInputsOf({ operation: 'down' }), pullRequest())).toEqual({ operation: 'down', number: 7 });
    expect(reviewTask(reviewInputsOf({ operation: 'up', number: 9 }), byHand())).toEqual({
      operation: 'up',
      number: 9,
    });
  });

  it('a database is reset on request only, by bringing the environment up anew', () => {
    const task = reviewTask(reviewInputsOf({ operation: 'reset-database', number: 9 }), byHand());
    expect(task).toEqual({ operation: 'up', number: 9 });
    const fork = pullRequest({ fork: true });
    expect(() => reviewTask(reviewInputsOf({ operation: 'reset-database' }), fork)).toThrow(
      /without naming an approved commit/,
    );
  });

  it('a run by hand must say what and for whom', () => {
    expect(() => reviewTask(reviewInputsOf({ operation: 'up' }), byHand())).toThrow(/which pull request/);
    expect(() => reviewTask(reviewInputsOf({ number: 9 }), byHand())).toThrow(/`operation: auto` decides/);
  });
});

describe('R7: code of a fork', () => {
  it.each(['opened', 'synchronize', 'reopened'])('is not brought up on %s', (action) => {
    expect(() => reviewTask(reviewInputsOf(), pullRequest({ action, fork: true }))).toThrow(UserError);
  });

  it('is not brought up by `operation: up` or on pull_request_target either', () => {
    const event = pullRequest({ fork: true, privileged: true });
    expect(() => reviewTask(reviewInputsOf({ operation: 'up' }), event)).toThrow(/comes from a fork/);
  });

  it('may be removed: that runs none of it', () => {
    expect(reviewTask(reviewInputsOf(), pullRequest({ action: 'closed', fork: true })).operation).toBe('down');
  });
});
