import type { TemplatePlan } from '../../plan/review/database/template-plan.ts';
import type { ReviewActPlan, ReviewDownPlan, ReviewUpPlan } from '../../plan/review-plan.ts';
import type { StageResult } from '../../stage-result.ts';
import { reviewAct } from './act.ts';
import { buildTemplate } from './database/template.ts';
import { reviewDown } from './down.ts';
import type { ReviewPorts } from './ports.ts';
import { reviewUp } from './up.ts';

/**
 * Runs review-environment: creates, updates or removes an environment, acts on it, or builds the template of the
 * databases.
 */
export function runReview(
  plan: ReviewUpPlan | ReviewDownPlan | ReviewActPlan | TemplatePlan,
  ports: ReviewPorts,
): Promise<StageResult> {
  if (plan.operation === 'template') return buildTemplate(plan, ports);
  if (plan.operation === 'act') return reviewAct(plan, ports);
  return plan.operation === 'up' ? reviewUp(plan, ports) : reviewDown(plan, ports);
}
