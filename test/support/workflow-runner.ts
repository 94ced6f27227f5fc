import { calledInputs, calledOutputs, calledSecrets, calledWorkflow } from './runner/called-workflow.ts';
import { jobFolders } from './runner/environment.ts';
import { type Contexts, condition, interpolate, interpolateAll } from './runner/expressions.ts';
import { githubContext } from './runner/github-context.ts';
import { contextsOf, runSteps, type StepRun } from './runner/job.ts';
import type { JobState, World } from './runner/job-state.ts';
import { type Granted, grantedTo, refuseWidening } from './runner/permissions.ts';
import { scratchFolder } from './runner/scratch.ts';
import {
  type ConcurrencyFile,
  dispatchInputs,
  isTriggered,
  type JobFile,
  type Permissions,
  readWorkflow,
  type WorkflowFile,
} from './runner/workflow-file.ts';

export { checkoutFrom } from './runner/checkout.ts';
export type { Replacement, UsedStep, World } from './runner/job-state.ts';

export interface Concurrency {
  group: string;
  cancelInProgress: boolean;
  /** `max`: no waiting one is dropped. */
  queue: string;
}

export interface JobRun {
  result: 'success' | 'failure' | 'skipped' | 'cancelled';
  steps: StepRun[];
  outputs: Record<string, string>;
  /** What the job's token could do. */
  granted: Granted;
  environment?: { name: string; url: string; deployment: boolean };
  concurrency?: Concurrency;
}

export interface WorkflowRun {
  /** GitHub would start this workflow for the event; when false, there are no jobs. */
  triggered: boolean;
  concurrency: Concurrency | undefined;
  /** By id; a job of a called workflow as well, beside the job that calls it. */
  jobs: Record<string, JobRun>;
}

/** A workflow as it runs: by itself, or called by a job of another. */
interface Scope {
  workflow: WorkflowFile;
  /** Name of the workflow that the event started. */
  name: string;
  inputs: Record<string, unknown>;
  secrets: Record<string, string>;
  /** Declared by the calling job; undefined where nothing calls. */
  caller?: { permissions: Permissions | undefined };
}

/**
 * Runs a workflow file for an event: triggers, job conditions and needs, permissions, environments, variables, outputs and
 * calls of our reusable workflows are evaluated as GitHub does it, by GitHub's own evaluator; our actions are run by their
 * action.yml; those of others are replaced by what `world.replacements` does.
 */
export async function runWorkflow(path: string, world: World): Promise<WorkflowRun> {
  const workflow = readWorkflow(path);
  const run: WorkflowRun = { triggered: isTriggered(workflow, world.trigger), concurrency: undefined, jobs: {} };
  if (!run.triggered) return run;
  const inputs = dispatchInputs(workflow, world.trigger);
  const name = workflow.name ?? path;
  const github = githubContext(world.trigger, { ...world.facts, workflow: name });
  run.concurrency = concurrencyOf(workflow.concurrency, { github, inputs, vars: world.vars ?? {} });
  await runJobs({ workflow, name, inputs, secrets: world.secrets ?? {} }, run.jobs, world);
  return run;
}

/** Runs the jobs of one workflow, and adds them to those of the run. */
async function runJobs(scope: Scope, all: WorkflowRun['jobs'], world: World): Promise<Record<string, JobRun>> {
  const own: Record<string, JobRun> = {};
  for (const id of ordered(scope.workflow.jobs)) {
    const job = await runJob(id, scope, own, all, world);
    if (id in all) throw new Error(`two jobs of this run have the id ${id}`);
    own[id] = job;
    all[id] = job;
  }
  return own;
}

function concurrencyOf(file: ConcurrencyFile | undefined, contexts: Contexts): Concurrency | undefined {
  if (file === undefined) return undefined;
  const {
    group,
    'cancel-in-progress': cancel = false,
    queue = 'single',
  } = typeof file === 'string' ? { group: file } : file;
  const cancelInProgress = interpolate(String(cancel), contexts) === 'true';
  return { group: interpolate(group, contexts), cancelInProgress, queue };
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
  scope: Scope,
  before: Record<string, JobRun>,
  all: WorkflowRun['jobs'],
  world: World,
): Promise<JobRun> {
  const job = scope.workflow.jobs[id] as JobFile;
  const permissions = permissionsOf(id, job, scope);
  const granted = grantedTo(undefined, permissions, world.trigger);
  const skipped: JobRun = { result: 'skipped', steps: [], outputs: {}, granted };
  const state = jobState(id, scope, granted, world);
  for (const need of needsOf(job)) {
    const { result, outputs } = before[need] ?? skipped;
    state.needs[need] = { result, outputs };
  }
  const failed = Object.values(state.needs).some(({ result }) => result !== 'success');
  const status = world.signal?.aborted ? 'cancelled' : failed ? 'failure' : 'success';
  const contexts = contextsOf(state);
  if (!condition(job.if, contexts, status)) return skipped;
  if (job.uses !== undefined) return callWorkflow(job, permissions, scope, state, all, world);

  const concurrency = concurrencyOf(job.concurrency, contexts);
  const environment = environmentOf(job, contexts);
  const begun = { ...skipped, ...(concurrency ? { concurrency } : {}) };
  if (environment && (await world.approve?.(environment.name, Number(state.github.run_id))) === false)
    return { ...begun, result: 'failure' };
  Object.assign(state.vars, environment ? world.environmentVars?.[environment.name] : {});
  Object.assign(state.secrets, environment ? world.environmentSecrets?.[environment.name] : {});
  Object.assign(state.env, interpolateAll({ ...scope.workflow.env, ...job.env }, contextsOf(state)));
  const steps = await runSteps(job, state, world);
  const after = contextsOf(state);
  const url = typeof job.environment === 'object' ? (job.environment.url ?? '') : '';
  return {
    ...begun,
    result: state.status,
    steps,
    outputs: interpolateAll(job.outputs, after),
    ...(environment ? { environment: { ...environment, url: interpolate(url, after) } } : {}),
  };
}

/** What a job asks for: its own, the workflow's, or those of the job that calls the workflow, which it may not exceed. */
function permissionsOf(id: string, job: JobFile, { workflow, caller }: Scope): Permissions | undefined {
  const asked = job.permissions ?? workflow.permissions;
  if (caller === undefined) return asked;
  if (asked !== undefined) refuseWidening(id, asked, caller.permissions);
  return asked ?? caller.permissions;
}

function environmentOf(
  { environment }: JobFile,
  contexts: Contexts,
): { name: string; deployment: boolean } | undefined {
  if (environment === undefined) return undefined;
  const { name, deployment = true } = typeof environment === 'string' ? { name: environment } : environment;
  return { name: interpolate(name, contexts), deployment: interpolate(String(deployment), contexts) === 'true' };
}

async function callWorkflow(
  job: JobFile,
  permissions: Permissions | undefined,
  scope: Scope,
  state: JobState,
  all: WorkflowRun['jobs'],
  world: World,
): Promise<JobRun> {
  const workflow = calledWorkflow(job.uses ?? '');
  const contexts = contextsOf(state);
  const inputs = calledInputs(job, workflow, contexts);
  const secrets = calledSecrets(job, workflow, contexts, scope.secrets);
  const called: Scope = { workflow, name: scope.name, inputs, secrets, caller: { permissions } };
  const jobs = await runJobs(called, all, world);
  const results = Object.values(jobs).map(({ result }) => result);
  const result = (['failure', 'cancelled', 'success'] as const).find((one) => results.includes(one)) ?? 'skipped';
  return { result, steps: [], outputs: calledOutputs(workflow, jobs, inputs), granted: state.granted };
}

/** The state in which a job begins: a machine of its own, a token with just its permissions. */
function jobState(id: string, scope: Scope, granted: Granted, world: World): JobState {
  const token = world.issueToken?.(granted, id) ?? world.facts?.token ?? '';
  const facts = { ...world.facts, token, job: id, workflow: scope.name };
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
    vars: { ...world.vars },
    secrets: { ...scope.secrets },
    inputs: scope.inputs,
    needs: {},
    steps: {},
  };
}
