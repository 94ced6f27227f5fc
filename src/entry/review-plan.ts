import type { ClusterConfig, Config } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import { type ReviewInputs, readSeed } from '../inputs/review-environment.ts';
import type { Task } from '../plan/review/operation.ts';
import { seedFile } from '../plan/review/seed.ts';
import { planTemplate, type TemplatePlan } from '../plan/review/template-plan.ts';
import { planReviewDown, planReviewUp, type ReviewDownPlan, type ReviewUpPlan } from '../plan/review-plan.ts';
import type { Run } from './run.ts';

/** The plan of a review environment. To bring one up slipway.yml must be right; to remove one it need not be there. */
export function reviewPlanOf(
  inputs: ReviewInputs,
  { operation, number }: Task,
  run: Run,
): { config: Config | undefined; plan: ReviewUpPlan | ReviewDownPlan | TemplatePlan } {
  if (operation === 'down') {
    const config = configIfThere(run);
    return { config, plan: planReviewDown(config, run.event(), number) };
  }
  const config = run.config();
  const path = seedFile(config.review?.database?.seed);
  const seed = path === undefined ? undefined : readSeed(run.common.workingDirectory, path);
  if (operation === 'template') return { config, plan: planTemplate(inputs, config, run.event(), seed) };
  return { config, plan: planReviewUp(inputs, config, run.event(), number, seed) };
}

/** The branch may be gone, or its slipway.yml broken. */
export function configIfThere(run: Run): Config | undefined {
  try {
    return run.config();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    run.log.info(`without slipway.yml (${error.message}): what is there is found by its labels`);
    return undefined;
  }
}

/** The cluster of review environments, and its place in slipway.yml: by default that of staging. */
export function reviewClusterOf(config: Config | undefined): [ClusterConfig | undefined, string] {
  if (config?.review?.cluster) return [config.review.cluster, 'review.cluster'];
  const staging = config?.environments?.staging?.cluster;
  return staging ? [staging, 'environments.staging.cluster'] : [undefined, 'review.cluster'];
}
