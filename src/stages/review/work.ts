import type { ReviewUpPlan } from '../../plan/review-plan.ts';
import type { ReviewState } from '../../report/review-state.ts';
import type { Steps } from '../steps.ts';
import type { ReviewPorts } from './ports.ts';

/** Everything that a step of bringing up works with. */
export interface Work {
  plan: ReviewUpPlan;
  ports: ReviewPorts;
  steps: Steps;
  /** Full commit id. */
  commit: string;
  /** The commit is of a fork: somebody has approved it for an environment, and for nothing else. */
  fork: boolean;
  /** RFC 3339 */
  expiresAt: string;
  /** Tells the state what is known from now on; it stays known when a later step fails. */
  tell(known: Partial<ReviewState> | ((state: ReviewState) => Partial<ReviewState>)): void;
}
