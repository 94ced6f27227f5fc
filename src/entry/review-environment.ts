import { DockerBuilder } from '../adapters/docker/builder.ts';
import { http } from '../adapters/http/http.ts';
import type { Config } from '../config/schema.ts';
import { type ReviewInputs, reviewInputs } from '../inputs/review-environment.ts';
import { reviewClusterOf } from '../plan/review/cluster.ts';
import { reviewTask, type Task } from '../plan/review/operation.ts';
import type { Cluster } from '../ports.ts';
import type { StageResult } from '../stage-result.ts';
import { Publisher } from '../stages/review/comment/publisher.ts';
import { meantVariant } from '../stages/review/environment/which-variant.ts';
import { runReview } from '../stages/review/run.ts';
import { blackBox } from './black-box.ts';
import { openCluster } from './cluster.ts';
import { configIfThere } from './config-if-there.ts';
import type { Run, StageWork } from './context.ts';
import { gitHubOf } from './github.ts';
import { registryOf } from './registry.ts';
import { type Commanded, commandWork } from './review-command.ts';
import { reviewLogin } from './review-login.ts';
import { reviewPlanOf } from './review-plan.ts';

/** review-environment: brings the running copy of a pull request up, or removes it, or does what a comment asks for. */
export const work: StageWork = async (run) => {
  const inputs = reviewInputs(run.inputs);
  const open = clusterOf(run);
  if (inputs.operation !== 'command') return carryOut(inputs, reviewTask(inputs, run.event()), run, open);
  return commandWork(inputs, run, gitHubOf(run), async (asked) =>
    carryOut(await withVariant(asked, run, open), asked.task, run, open, asked),
  );
};

type OpenCluster = (config: Config | undefined) => Promise<Cluster>;

/** The cluster of review environments, opened when it is first asked for, and once: a command looks before it acts. */
function clusterOf(run: Run): OpenCluster {
  let opened: Promise<Cluster> | undefined;
  return (config) => {
    opened ??= openCluster(run, ...reviewClusterOf(config));
    return opened;
  };
}

/** A command that brings something up is about one environment, also where it does not say about which. */
async function withVariant({ inputs, task }: Commanded, run: Run, open: OpenCluster): Promise<ReviewInputs> {
  const config = configIfThere(run);
  if (task.operation !== 'up' || config === undefined) return inputs;
  const { variant } = inputs;
  const owner = { app: config.app, repositoryId: run.event().repository.id, number: task.number, variant };
  const declared = config.review?.variants && Object.keys(config.review.variants);
  const told = () => new Publisher({ github: gitHubOf(run), log: run.log }).variants(task.number, config.app);
  return {
    ...inputs,
    variant: await meantVariant(owner, declared, { cluster: await open(config), log: run.log }, told),
  };
}

function carryOut(
  inputs: ReviewInputs,
  task: Task,
  run: Run,
  open: OpenCluster,
  asked?: Commanded,
): Promise<StageResult> {
  const { config, plan } = reviewPlanOf(inputs, task, run, asked);
  // Also a run that is cancelled tells the pull request so.
  const github = gitHubOf({ ...run, signal: new AbortController().signal });
  const connect = () => open(config);
  const ports = { ...run, connect, github, http, builder: new DockerBuilder(run.env), registry: registryOf(run) };
  const credentials = reviewLogin(config, task, run);
  return runReview(plan, { ...ports, credentials, runTests: config && blackBox(run, config, credentials) });
}
