import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ActionResult, type RunningAction, shellCommand, startAction } from '../action-runner.ts';
import { runnerEnvironment } from './environment.ts';
import { type Contexts, condition, interpolate, interpolateAll, type Status } from './expressions.ts';
import { readFileCommand } from './file-commands.ts';
import type { JobState, UsedStep, World } from './job-state.ts';
import { startStep } from './step-process.ts';
import type { JobFile, StepFile } from './workflow-file.ts';

/** The actions that a workflow names by this repository are those of this checkout. */
const OURS = 'slipway-deploy/slipway';

export interface StepRun {
  name: string;
  /** owner/name/path of the action; undefined for a `run:`. */
  uses?: string;
  outcome: 'success' | 'failure' | 'skipped' | 'cancelled';
  outputs: Record<string, string>;
  /** What one of our actions answered. */
  action?: ActionResult;
  /** Output of a `run:`. */
  output?: string;
  /** Inputs that the step was given. */
  inputs?: Record<string, string>;
}

type Outcome = Pick<StepRun, 'outcome' | 'outputs' | 'action' | 'output' | 'inputs'>;

/** Runs the steps of a job, one after the other, each with the contexts that GitHub would give it. */
export async function runSteps(job: JobFile, state: JobState, world: World): Promise<StepRun[]> {
  const done: StepRun[] = [];
  for (const [index, step] of (job.steps ?? []).entries()) {
    const env = { ...state.env, ...interpolateAll(step.env, contextsOf(state)) };
    const contexts = contextsOf({ ...state, env });
    const name = interpolate(step.name ?? step.uses ?? step.run ?? `step ${index + 1}`, contexts);
    const result: Outcome = condition(step.if, contexts, state.status)
      ? await runStep(step, env, contexts, state, world)
      : { outcome: 'skipped', outputs: {} };
    done.push({ name, ...(step.uses === undefined ? {} : { uses: actionOf(step.uses) }), ...result });
    if (step.id) {
      const conclusion = step['continue-on-error'] && result.outcome === 'failure' ? 'success' : result.outcome;
      state.steps[step.id] = { outputs: result.outputs, outcome: result.outcome, conclusion };
    }
    if (result.outcome === 'failure' && !step['continue-on-error']) state.status = worse(state.status, 'failure');
    if (world.signal?.aborted) state.status = 'cancelled';
  }
  return done;
}

/** owner/name/path, without the ref. `$/` is the repository of the workflow itself, which is ours. */
const actionOf = (uses: string): string => uses.replace(/^\$\//, `${OURS}/`).split('@')[0] ?? '';

const worse = (present: Status, next: Status): Status => (present === 'success' ? next : present);

export function contextsOf(state: JobState): Contexts {
  return {
    github: state.github,
    env: state.env,
    vars: state.vars,
    secrets: state.secrets,
    inputs: state.inputs,
    needs: state.needs,
    steps: state.steps,
    job: { status: state.status },
    runner: { os: 'Linux', temp: state.folders.temp },
  };
}

async function runStep(
  step: StepFile,
  env: Record<string, string>,
  contexts: Contexts,
  state: JobState,
  world: World,
): Promise<Outcome> {
  if (step.run !== undefined) return runScript(step, env, contexts, state, world);
  const action = actionOf(step.uses ?? '');
  const inputs = interpolateAll(step.with, contexts);
  const used: UsedStep = {
    inputs,
    env: state.env,
    folders: state.folders,
    github: state.github,
    granted: state.granted,
  };
  if (action === OURS || action.startsWith(`${OURS}/`)) {
    const played = world.play?.(action, used);
    if (played === undefined) return runOurs(action, inputs, env, state, world);
    return played === 'failure'
      ? { outcome: played, outputs: {}, inputs }
      : { outcome: 'success', outputs: played, inputs };
  }
  const replacement = world.replacements[action];
  if (!replacement) throw new Error(`${step.uses} has no replacement in this test`);
  return { outcome: 'success', outputs: await replacement(used), inputs };
}

async function runOurs(
  action: string,
  inputs: Record<string, string>,
  env: Record<string, string>,
  state: JobState,
  world: World,
): Promise<Outcome> {
  const running = await startAction({
    action: action === OURS ? 'pipeline' : action.slice(`${OURS}/actions/`.length),
    inputs,
    trigger: world.trigger,
    facts: state.facts,
    folders: state.folders,
    env,
    ...(world.node ? { node: world.node } : {}),
  });
  const result = await cancelWith(world.signal, running);
  const { env: written, path } = result.environmentFiles;
  if (written !== '' || path !== '') throw new Error(`${action} wrote to GITHUB_ENV or GITHUB_PATH`);
  const outcome = result.exitCode === 0 ? 'success' : world.signal?.aborted ? 'cancelled' : 'failure';
  return { outcome, outputs: result.outputs, action: result, inputs };
}

async function cancelWith(signal: AbortSignal | undefined, running: RunningAction): Promise<ActionResult> {
  if (!signal) return running.result;
  const cancel = () => void running.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    return await running.result;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function runScript(
  step: StepFile,
  env: Record<string, string>,
  contexts: Contexts,
  state: JobState,
  world: World,
): Promise<Outcome> {
  const { folders, github } = state;
  const [output, environment] = ['output', 'env'].map((kind) => join(folders.temp, `${kind}_${randomUUID()}`)) as [
    string,
    string,
  ];
  for (const file of [output, environment]) writeFileSync(file, '');
  const files = { GITHUB_OUTPUT: output, GITHUB_ENV: environment };
  const [shell = '', ...args] = shellCommand(step.shell, interpolate(step.run ?? '', contexts), folders.temp);
  const cwd = join(folders.workspace, interpolate(step['working-directory'] ?? '.', contexts));
  const all = { ...runnerEnvironment(github, folders, world.node, env), ...files };
  const ended = await startStep(shell, args, { cwd, env: all }).result;
  Object.assign(state.env, readFileCommand(environment));
  return {
    outcome: ended.exitCode === 0 ? 'success' : 'failure',
    outputs: readFileCommand(output),
    output: ended.output,
  };
}
