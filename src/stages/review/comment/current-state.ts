import { Cancelled, type SlipwayError, TestsFailed } from '../../../errors.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { ReviewState } from '../../../report/review-state.ts';

/** What is known so far, and so at the end of a run that went wrong in the middle. */
export class CurrentState {
  state: ReviewState;

  constructor(state: ReviewState) {
    this.state = state;
  }

  tell(known: Partial<ReviewState> | ((state: ReviewState) => Partial<ReviewState>)): void {
    this.state = { ...this.state, ...(typeof known === 'function' ? known(this.state) : known) };
  }
}

export function initialState(plan: ReviewUpPlan, commit: string): ReviewState {
  return {
    app: plan.owner.app,
    number: plan.owner.number,
    variant: plan.owner.variant,
    phase: 'starting',
    namespace: plan.namespace,
    cluster: '',
    commit,
    image: '',
    url: plan.url ?? '',
    answers: false,
    parts: [],
    database: undefined,
    tests: undefined,
    expiresAt: undefined,
    run: plan.run,
    steps: [],
    ms: 0,
    failure: undefined,
    notes: approvalNotes(plan, commit),
  };
}

function approvalNotes({ approvedBy }: ReviewUpPlan, commit: string): string[] {
  if (approvedBy === undefined) return [];
  return [
    `This is code of a fork. ${approvedBy} has approved commit ${commit.slice(0, 12)} alone: what is pushed later is not deployed before somebody has approved it.`,
  ];
}

/** How it ended. An environment whose tests failed is there all the same, and can be looked at. */
export function ending(error: SlipwayError | undefined): Pick<ReviewState, 'phase' | 'failure'> {
  if (error === undefined || error instanceof TestsFailed) return { phase: 'ready', failure: undefined };
  const { message, details, remedy } = error;
  return { phase: error instanceof Cancelled ? 'cancelled' : 'failed', failure: { message, details, remedy } };
}
