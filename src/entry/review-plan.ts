import type { Config } from '../config/schema.ts';
import { SlipwayError } from '../errors.ts';
import { type ReviewInputs, readSeed } from '../inputs/review-environment.ts';
import { withinBounds } from '../plan/review/bounds.ts';
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
import type { GitHub } from '../ports.ts';
import type { Run } from './context.ts';
import { checkoutRoot, reviewBounds } from './review-bounds.ts';
import type { Commanded } from './review-command.ts';

/**
 * Plans a review environment. Creating one requires a valid slipway.yml within the bounds of the default branch;
 * removing one requires none.
 */
export async function reviewPlanOf(
  inputs: ReviewInputs,
  task: Task,
  run: Run,
  github: GitHub | undefined,
  asked?: Pick<Commanded, 'by' | 'commit'>,
): Promise<{ config: Config | undefined; plan: ReviewUpPlan | ReviewDownPlan | ReviewActPlan | TemplatePlan }> {
  const { number } = task;
  const { variant, timeoutMs } = inputs;
  if (task.operation === 'down' || task.operation === 'act') {
    const config = run.configIfThere() ?? (await configToRemoveBy(task, run, github));
    const plan =
      task.operation === 'down'
        ? planReviewDown(config, run.event(), number, asked?.by, variant)
        : planReviewAct(task.act, config, run.event(), number, { asked: asked?.by, variant, timeoutMs });
    return { config, plan };
  }
  const own = configOfVariant(run.config(), inputs.variant);
  const bounds = task.operation === 'up' ? await reviewBounds(run, github, inputs.variant) : undefined;
  const { config, warnings } = bounds ? withinBounds(own, bounds) : { config: own, warnings: [] };
  const path = seedFile(config.review?.database?.seed);
  const seed = path === undefined ? undefined : readSeed(run.common.workingDirectory, path);
  if (task.operation === 'template') return { config, plan: planTemplate(inputs, config, run.event(), seed) };
  const folders = { app: run.common.workingDirectory, checkout: await checkoutRoot(run) };
  const plan = planReviewUp(inputs, config, run.event(), number, seed, asked, folders);
  return { config, plan: { ...plan, warnings: [...warnings, ...plan.warnings] } };
}

/**
 * slipway.yml of the default branch, for the removal of an environment of a pull request whose own file is missing or broken: it
 * may be older than the file, or delete it. undefined: not known.
 */
async function configToRemoveBy(task: Task, run: Run, github: GitHub | undefined): Promise<Config | undefined> {
  if (task.operation !== 'down' || github === undefined) return undefined;
  try {
    return (await reviewBounds(run, github, undefined))?.config;
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    run.log.info(`slipway.yml of the default branch is not known: ${error.message}`);
    return undefined;
  }
}
