import type { ReviewDownPlan, ReviewUpPlan } from '../../plan/review-plan.ts';
import type { StageResult } from '../stage-result.ts';
import { reviewDown } from './down.ts';
import type { ReviewPorts } from './ports.ts';
import { reviewUp } from './up.ts';

/** Brings the environment of a pull request up, or removes it. */
export function runReview(plan: ReviewUpPlan | ReviewDownPlan, ports: ReviewPorts): Promise<StageResult> {
  return plan.operation === 'up' ? reviewUp(plan, ports) : reviewDown(plan, ports);
}
