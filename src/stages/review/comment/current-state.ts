import { Cancelled, type SlipwayError, TestsFailed } from '../../../errors.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { ReviewState } from '../../../report/review-state.ts';
import { blankState } from './blank-state.ts';

/** The state as far as it is known, also when a run fails in the middle. */
export class CurrentState {
  state: ReviewState;

  constructor(state: ReviewState) {
    this.state = state;
  }

  update(known: Partial<ReviewState> | ((state: ReviewState) => Partial<ReviewState>)): void {
    this.state = { ...this.state, ...(typeof known === 'function' ? known(this.state) : known) };
  }
}

export function initialState(plan: ReviewUpPlan, commit: string): ReviewState {
  return {
    ...blankState({ variant: undefined, ...plan.owner }, plan.run),
    namespace: plan.namespace,
    commit,
    url: plan.url ?? '',
    notes: approvalNotes(plan, commit),
  };
}

function approvalNotes({ approvedBy }: ReviewUpPlan, commit: string): string[] {
  if (approvedBy === undefined) return [];
  return [
    `This is code of a fork. ${approvedBy} has approved commit ${commit.slice(0, 12)} alone: later commits need an approval of their own.`,
  ];
}

/** How the run ended. An environment whose tests failed counts as ready, so that a person can inspect it. */
export function ending(error: SlipwayError | undefined): Pick<ReviewState, 'phase' | 'failure'> {
  if (error === undefined || error instanceof TestsFailed) return { phase: 'ready', failure: undefined };
  const { message, details, remedy } = error;
  return { phase: error instanceof Cancelled ? 'cancelled' : 'failed', failure: { message, details, remedy } };
}
