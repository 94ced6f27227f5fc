import { DockerBuilder } from '../adapters/docker/builder.ts';
import { http } from '../adapters/http/http.ts';
import { createConfinedRenderer } from '../adapters/kube/render/confined/renderer.ts';
import type { Config } from '../config/schema.ts';
import { type ReviewInputs, reviewInputs } from '../inputs/review-environment.ts';
import { reviewClusterOf } from '../plan/review/cluster.ts';
import { reviewTask, type Task } from '../plan/review/operation.ts';
import { planReviewFailure } from '../plan/review-plan.ts';
import type { Cluster, GitHub } from '../ports.ts';
import { type StageResult, stageResult } from '../stage-result.ts';
import { variantToBringUp } from '../stages/review/command.ts';
import { reportFailure } from '../stages/review/report-failure.ts';
import { runReview } from '../stages/review/run.ts';
import { blackBox } from './black-box.ts';
import { openCluster } from './cluster.ts';
import type { Run, StageWork } from './context.ts';
import { evidenceCheck } from './evidence.ts';
import { gitHubOf } from './github.ts';
import { registryOf } from './registry.ts';
import { type Commanded, commandWork } from './review-command.ts';
import { reviewLogin } from './review-login.ts';
import { reviewPlanOf } from './review-plan.ts';
import { stepVariables } from './step-variables.ts';

/** review-environment: creates, updates or removes the environment of a pull request, or carries out a command. */
export const work: StageWork = async (run) => {
  const inputs = reviewInputs(run.inputs);
  // A cancelled run still updates the pull request.
  const github = gitHubOf({ ...run, signal: new AbortController().signal });
  const wiring = { run, github, open: clusterOf(run) };
  if (inputs.operation === 'report-failure') {
    return reportFailure(planReviewFailure(inputs, run.configIfThere(), run.event()), { ...run, github });
  }
  if (inputs.operation !== 'command') return carryOut(inputs, reviewTask(inputs, run.event()), wiring);
  return commandWork(inputs, run, github, async (asked) =>
    carryOut(await withVariant(asked, wiring), asked.task, wiring, asked),
  );
};

interface Wiring {
  run: Run;
  github: GitHub | undefined;
  open(config: Config | undefined): Promise<Cluster>;
}

/** The cluster of review environments, opened once, on first use. */
function clusterOf(run: Run): Wiring['open'] {
  let opened: Promise<Cluster> | undefined;
  return (config) => {
    opened ??= openCluster(run, ...reviewClusterOf(config));
    return opened;
  };
}

async function withVariant({ inputs, task }: Commanded, { run, github, open }: Wiring): Promise<ReviewInputs> {
  const config = run.configIfThere();
  if (task.operation !== 'up' || config === undefined) return inputs;
  const { variant } = inputs;
  const owner = { app: config.app, repositoryId: run.event().repository.id, number: task.number, variant };
  const declared = config.review?.variants && Object.keys(config.review.variants);
  const site = { cluster: await open(config), log: run.log, github };
  return { ...inputs, variant: await variantToBringUp(owner, declared, site) };
}

async function carryOut(
  inputs: ReviewInputs,
  task: Task,
  { run, github, open }: Wiring,
  asked?: Commanded,
): Promise<StageResult> {
  const { config, plan } = await reviewPlanOf(inputs, task, run, github, asked);
  if (plan.operation === 'down' && plan.over && config === undefined && !namesCluster(inputs, run)) {
    return neverThere(plan.number);
  }
  const connect = () => open(config);
  const variables = stepVariables(run);
  const ports = {
    ...run,
    connect,
    github,
    http,
    builder: new DockerBuilder(run.env),
    registry: registryOf(run),
    checkEvidence: config && evidenceCheck(run, config, 'run'),
    variables,
    renderer: createConfinedRenderer(run.env),
  };
  const credentials = reviewLogin(config, task, { variables, log: run.log });
  return runReview(plan, { ...ports, credentials, runTests: config && blackBox(run, config, credentials) });
}

function namesCluster({ cluster: { cluster, kubeconfig, context } }: ReviewInputs, { env }: Run): boolean {
  return [cluster, kubeconfig, context, env.KUBECONFIG].some((name) => name !== undefined && name !== '');
}

/** A closed pull request from before Slipway, or of a branch without it: nothing names a cluster that could have its environment. */
function neverThere(number: number): StageResult {
  const message = `pull request #${number} had no review environment: neither its commit nor the default branch has a slipway.yml`;
  const outputs = { url: '', state: 'absent', namespace: '', 'expires-at': '' };
  return { ...stageResult('review-environment', 'unchanged', message), outputs };
}
