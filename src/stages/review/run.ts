import type { TemplatePlan } from '../../plan/review/database/template-plan.ts';
import type { ReviewActPlan, ReviewDownPlan, ReviewUpPlan } from '../../plan/review-plan.ts';
import type { StageResult } from '../../stage-result.ts';
import { reviewAct } from './act.ts';
import { buildTemplate } from './database/template.ts';
import { reviewDown } from './down.ts';
import type { ReviewPorts } from './ports.ts';
import { reviewUp } from './up.ts';

/**
 * Brings the environment of a pull request up, or removes it, or does something to one that is there; or builds the template
 * of their databases.
 */
export function runReview(
  plan: ReviewUpPlan | ReviewDownPlan | ReviewActPlan | TemplatePlan,
  ports: ReviewPorts,
): Promise<StageResult> {
  if (plan.operation === 'template') return buildTemplate(plan, ports);
  if (plan.operation === 'act') return reviewAct(plan, ports);
  return plan.operation === 'up' ? reviewUp(plan, ports) : reviewDown(plan, ports);
}
