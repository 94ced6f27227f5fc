import { jobFolders } from './runner/environment.ts';
import { condition, interpolate, interpolateAll } from './runner/expressions.ts';
import { githubContext } from './runner/github-context.ts';
import { contextsOf, runSteps, type StepRun } from './runner/job.ts';
import type { JobState, World } from './runner/job-state.ts';
import { type Granted, grantedTo } from './runner/permissions.ts';
import { scratchFolder } from './runner/scratch.ts';
import { dispatchInputs, isTriggered, type JobFile, readWorkflow, type WorkflowFile } from './runner/workflow-file.ts';

export { checkoutFrom } from './runner/checkout.ts';
export type { Replacement, UsedStep, World } from './runner/job-state.ts';

export interface JobRun {
  result: 'success' | 'failure' | 'skipped' | 'cancelled';
  steps: StepRun[];
  outputs: Record<string, string>;
  /** What the job's token could do. */
  granted: Granted;
  environment?: { name: string; url: string };
}

export interface WorkflowRun {
  /** GitHub would start this workflow for the event; when false, there are no jobs. */
  triggered: boolean;
  concurrency: { group: string; cancelInProgress: boolean } | undefined;
  jobs: Record<string, JobRun>;
}

/**
 * Runs a workflow file for an event: triggers, job conditions and needs, permissions, environments, variables and outputs
 * are evaluated as GitHub does it, by GitHub's own evaluator; our actions are run by their action.yml; those of others are
 * replaced by what `world.replacements` does.
 */
export async function runWorkflow(path: string, world: World): Promise<WorkflowRun> {
  const workflow = readWorkflow(path);
  const run: WorkflowRun = { triggered: isTriggered(workflow, world.trigger), concurrency: undefined, jobs: {} };
  if (!run.triggered) return run;
  const inputs = dispatchInputs(workflow, world.trigger);
  const github = githubContext(world.trigger, { ...world.facts, workflow: workflow.name ?? path });
  run.concurrency = concurrencyOf(workflow, { github, inputs, vars: world.vars ?? {} });
  for (const id of ordered(workflow.jobs)) run.jobs[id] = await runJob(id, workflow, inputs, run.jobs, world);
  return run;
}

function concurrencyOf(workflow: WorkflowFile, contexts: Record<string, unknown>): WorkflowRun['concurrency'] {
  const { concurrency } = workflow;
  if (concurrency === undefined) return undefined;
  const { group, 'cancel-in-progress': cancel = false } =
    typeof concurrency === 'string' ? { group: concurrency } : concurrency;
  return { group: interpolate(group, contexts), cancelInProgress: interpolate(String(cancel), contexts) === 'true' };
}

const needsOf = ({ needs }: JobFile): string[] => [needs ?? []].flat();

/** Ids of the jobs, each after those that it needs. */
function ordered(jobs: Record<string, JobFile>): string[] {
  const order: string[] = [];
  const visit = (id: string) => {
    if (order.includes(id)) return;
    const job = jobs[id];
    if (!job) throw new Error(`a job needs "${id}", which is not there`);
    if (job.strategy) throw new Error(`${id}: a matrix is not run here`);
    for (const before of needsOf(job)) visit(before);
    order.push(id);
  };
  for (const id of Object.keys(jobs)) visit(id);
  return order;
}

async function runJob(
  id: string,
  workflow: WorkflowFile,
  inputs: Record<string, unknown>,
  before: Record<string, JobRun>,
  world: World,
): Promise<JobRun> {
  const job = workflow.jobs[id] as JobFile;
  const granted = grantedTo(workflow.permissions, job.permissions, world.trigger);
  const skipped: JobRun = { result: 'skipped', steps: [], outputs: {}, granted };
  const environment = typeof job.environment === 'string' ? { name: job.environment } : job.environment;
  const state = jobState(id, workflow, inputs, granted, environment?.name, world);
  for (const need of needsOf(job)) {
    const { result, outputs } = before[need] ?? skipped;
    state.needs[need] = { result, outputs };
  }
  const failed = Object.values(state.needs).some(({ result }) => result !== 'success');
  const status = world.signal?.aborted ? 'cancelled' : failed ? 'failure' : 'success';
  if (!condition(job.if, contextsOf(state, world), status)) return skipped;
  if (environment && (await world.approve?.(environment.name, Number(state.github.run_id))) === false)
    return { ...skipped, result: 'failure' };

  Object.assign(state.env, interpolateAll({ ...workflow.env, ...job.env }, contextsOf(state, world)));
  const steps = await runSteps(job, state, world);
  const contexts = contextsOf(state, world);
  return {
    result: state.status,
    steps,
    outputs: interpolateAll(job.outputs, contexts),
    granted,
    ...(environment
      ? { environment: { name: environment.name, url: interpolate(environment.url ?? '', contexts) } }
      : {}),
  };
}

/** The state in which a job begins: a machine of its own, a token with just its permissions. */
function jobState(
  id: string,
  workflow: WorkflowFile,
  inputs: Record<string, unknown>,
  granted: Granted,
  environment: string | undefined,
  world: World,
): JobState {
  const token = world.issueToken?.(granted, id) ?? world.facts?.token ?? '';
  const facts = { ...world.facts, token, job: id, workflow: workflow.name ?? '' };
  const folders = jobFolders(scratchFolder());
  const identity: Record<string, string> =
    world.idToken && granted['id-token'] === 'write'
      ? { ACTIONS_ID_TOKEN_REQUEST_URL: world.idToken.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: world.idToken.token }
      : {};
  return {
    github: { ...githubContext(world.trigger, facts), workspace: folders.workspace },
    facts,
    folders,
    granted,
    status: 'success',
    env: { ...world.env, ...identity },
    vars: { ...world.vars, ...(environment ? world.environmentVars?.[environment] : {}) },
    inputs,
    needs: {},
    steps: {},
  };
}
