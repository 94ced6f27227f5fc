import { DockerBuilder } from '../adapters/docker/builder.ts';
import { http } from '../adapters/http/http.ts';
import { reviewInputs } from '../inputs/review-environment.ts';
import { reviewTask } from '../plan/review/operation.ts';
import { runReview } from '../stages/review/run.ts';
import { blackBox } from './black-box.ts';
import { openCluster } from './cluster.ts';
import { gitHubOf } from './github.ts';
import { registryOf } from './registry.ts';
import { reviewClusterOf, reviewPlanOf } from './review-plan.ts';
import type { StageWork } from './run.ts';

/** review-environment: brings the running copy of a pull request up, or removes it. */
export const work: StageWork = async (run) => {
  const inputs = reviewInputs(run.inputs);
  const { config, plan } = reviewPlanOf(inputs, reviewTask(inputs, run.event()), run);
  // Also a run that is cancelled tells the pull request so.
  const github = gitHubOf({ ...run, signal: new AbortController().signal });
  const connect = () => openCluster(run, ...reviewClusterOf(config));
  const ports = { ...run, connect, github, http, builder: new DockerBuilder(run.env), registry: registryOf(run) };
  return runReview(plan, { ...ports, runTests: config && blackBox(run, config) });
};
