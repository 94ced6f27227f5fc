import { DockerBuilder } from '../adapters/docker/builder.ts';
import { http } from '../adapters/http/http.ts';
import { type ReviewInputs, reviewInputs } from '../inputs/review-environment.ts';
import { reviewTask, type Task } from '../plan/review/operation.ts';
import { runReview } from '../stages/review/run.ts';
import { meantVariant } from '../stages/review/which-variant.ts';
import type { StageResult } from '../stages/stage-result.ts';
import { blackBox } from './black-box.ts';
import { openCluster } from './cluster.ts';
import { gitHubOf } from './github.ts';
import { registryOf } from './registry.ts';
import { type Commanded, commandWork } from './review-command.ts';
import { reviewLogin } from './review-login.ts';
import { configIfThere, reviewClusterOf, reviewPlanOf } from './review-plan.ts';
import type { Run, StageWork } from './run.ts';

/** review-environment: brings the running copy of a pull request up, or removes it, or does what a comment asks for. */
export const work: StageWork = async (run) => {
  const inputs = reviewInputs(run.inputs);
  if (inputs.operation !== 'command') return carryOut(inputs, reviewTask(inputs, run.event()), run);
  return commandWork(inputs, run, gitHubOf(run), async (asked) =>
    carryOut(await withVariant(asked, run), asked.task, run, asked),
  );
};

/** A command that brings something up is about one environment, also where it does not say about which. */
async function withVariant({ inputs, task }: Commanded, run: Run): Promise<ReviewInputs> {
  const config = configIfThere(run);
  if (task.operation !== 'up' || config === undefined) return inputs;
  const { variant } = inputs;
  const owner = { app: config.app, repositoryId: run.event().repository.id, number: task.number, variant };
  const declared = config.review?.variants && Object.keys(config.review.variants);
  const cluster = await openCluster(run, ...reviewClusterOf(config));
  return { ...inputs, variant: await meantVariant(owner, declared, cluster, run.log) };
}

function carryOut(inputs: ReviewInputs, task: Task, run: Run, asked?: Commanded): Promise<StageResult> {
  const { config, plan } = reviewPlanOf(inputs, task, run, asked);
  // Also a run that is cancelled tells the pull request so.
  const github = gitHubOf({ ...run, signal: new AbortController().signal });
  const connect = () => openCluster(run, ...reviewClusterOf(config));
  const ports = { ...run, connect, github, http, builder: new DockerBuilder(run.env), registry: registryOf(run) };
  const credentials = reviewLogin(config, task, run);
  return runReview(plan, { ...ports, credentials, runTests: config && blackBox(run, config, credentials) });
}
