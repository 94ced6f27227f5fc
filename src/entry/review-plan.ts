import type { Config } from '../config/schema.ts';
import { type ReviewInputs, readSeed } from '../inputs/review-environment.ts';
import { seedFile } from '../plan/review/database/seed.ts';
import { planTemplate, type TemplatePlan } from '../plan/review/database/template-plan.ts';
import type { Task } from '../plan/review/operation.ts';
import { configOfVariant } from '../plan/review/variant.ts';
import {
  planReviewAct,
  planReviewDown,
  planReviewUp,
  type ReviewActPlan,
  type ReviewDownPlan,
  type ReviewUpPlan,
} from '../plan/review-plan.ts';
import type { Run } from './context.ts';
import type { Commanded } from './review-command.ts';

/** The plan of a review environment. To bring one up slipway.yml must be right; to remove one it need not be there. */
export function reviewPlanOf(
  inputs: ReviewInputs,
  task: Task,
  run: Run,
  asked?: Pick<Commanded, 'by' | 'commit'>,
): { config: Config | undefined; plan: ReviewUpPlan | ReviewDownPlan | ReviewActPlan | TemplatePlan } {
  const { number } = task;
  if (task.operation === 'down' || task.operation === 'act') {
    const config = run.configIfThere();
    const plan =
      task.operation === 'down'
        ? planReviewDown(config, run.event(), number, asked?.by, inputs.variant)
        : planReviewAct(task.act, config, run.event(), number, asked?.by, inputs.variant);
    return { config, plan };
  }
  const config = configOfVariant(run.config(), inputs.variant);
  const path = seedFile(config.review?.database?.seed);
  const seed = path === undefined ? undefined : readSeed(run.common.workingDirectory, path);
  if (task.operation === 'template') return { config, plan: planTemplate(inputs, config, run.event(), seed) };
  return { config, plan: planReviewUp(inputs, config, run.event(), number, seed, asked) };
}
