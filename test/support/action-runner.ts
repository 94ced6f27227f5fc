import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type NodeVersion, nodeVersion } from './node-versions.ts';
import { readLog, type StepLog } from './runner/commands.ts';
import { type JobFolders, jobFolders, runnerEnvironment } from './runner/environment.ts';
import { type Contexts, interpolate, interpolateAll } from './runner/expressions.ts';
import { readFileCommand } from './runner/file-commands.ts';
import { type GithubContext, githubContext, type RunFacts, type Trigger } from './runner/github-context.ts';
import { releasedActions } from './runner/released.ts';
import { scratchFolder } from './runner/scratch.ts';
import { type ProcessResult, type StepProcess, startStep } from './runner/step-process.ts';

export type { NodeVersion } from './node-versions.ts';
export { jobFolders } from './runner/environment.ts';
export type { Trigger } from './runner/github-context.ts';

export interface ActionOptions {
  /** Folder below actions/, or `pipeline` for the root action. */
  action: string;
  /** The step's `with:`. */
  inputs?: Record<string, string>;
  trigger: Trigger;
  /** Run, job and API of the run; `token` is ${{ github.token }}. */
  facts?: RunFacts;
  /** The checked out repository. Default: an empty folder. */
  workspace?: string;
  /** Folders of the job, for several steps of the same one. Default: new ones. */
  folders?: JobFolders;
  /** First in PATH. Default: the running major version. null: none (PATH is then `env.PATH` alone). */
  node?: NodeVersion | null;
  /** What the job adds to the step's environment, such as KUBECONFIG and DOCKER_HOST. */
  env?: NodeJS.ProcessEnv;
  /** Where the actions lie. Default: a released version made from the present sources. */
  actionsRoot?: string;
}

export interface ActionResult extends ProcessResult {
  /** Outputs of the action, as its action.yml maps them; only those that are not empty. */
  outputs: Record<string, string>;
  /** What the step wrote to GITHUB_STEP_SUMMARY. */
  summary: string;
  log: StepLog;
  annotations: StepLog['annotations'];
  /** What the step wrote to GITHUB_ENV and GITHUB_PATH: Slipway must write nothing there. */
  environmentFiles: { env: string; path: string };
  folders: JobFolders;
}

export interface RunningAction extends Omit<StepProcess, 'result' | 'cancel' | 'kill'> {
  result: Promise<ActionResult>;
  cancel(): Promise<ActionResult>;
  kill(): Promise<ActionResult>;
}

interface ActionYml {
  inputs?: Record<string, { required?: boolean; default?: unknown }>;
  outputs?: Record<string, { value: string }>;
  runs: { using: string; steps: { id?: string; shell?: string; run?: string; env?: Record<string, unknown> }[] };
}

/** Runs an action as a user runs it: its own action.yml, the launcher and the unmodified bundle, on a runner's terms. */
export async function runAction(options: ActionOptions): Promise<ActionResult> {
  return (await startAction(options)).result;
}

/** The same, for a test that does something while it runs: wait for a line, cancel, kill. */
export async function startAction(options: ActionOptions): Promise<RunningAction> {
  const root = options.actionsRoot ?? (await releasedActions());
  const actionPath = options.action === 'pipeline' ? root : join(root, 'actions', options.action);
  const action = load(readFileSync(join(actionPath, 'action.yml'), 'utf8')) as ActionYml;
  const folders = options.folders ?? jobFolders(scratchFolder(), ...[options.workspace ?? []].flat());
  const github: GithubContext = {
    ...githubContext(options.trigger, options.facts),
    action_path: actionPath,
    workspace: folders.workspace,
  };
  const contexts: Contexts = { github, inputs: resolveInputs(action, options.inputs ?? {}, { github }) };
  const [step, ...more] = action.runs.steps;
  if (action.runs.using !== 'composite' || !step?.run || more.length > 0) {
    throw new Error(`${options.action}: only composite actions of one run step are run here`);
  }
  const files = fileCommands(folders.temp);
  const env = {
    ...runnerEnvironment(github, folders, await nodeOf(options), options.env ?? {}),
    GITHUB_ACTION: `__self_${options.action}`,
    GITHUB_ACTION_PATH: actionPath,
    ...files,
    ...interpolateAll(step.env, contexts),
  };
  const [shell = '', ...args] = shellCommand(step.shell, interpolate(step.run, contexts), folders.temp);
  const process = startStep(shell, args, { cwd: folders.workspace, env });
  const finish = (ended: ProcessResult): ActionResult => {
    const written = readFileCommand(files.GITHUB_OUTPUT);
    const log = readLog(ended.output);
    return {
      ...ended,
      outputs: mapOutputs(action, { ...contexts, steps: { [step.id ?? '']: { outputs: written } } }),
      summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
      log,
      annotations: log.annotations,
      environmentFiles: { env: readFileSync(files.GITHUB_ENV, 'utf8'), path: readFileSync(files.GITHUB_PATH, 'utf8') },
      folders,
    };
  };
  return {
    ...process,
    result: process.result.then(finish),
    cancel: async () => finish(await process.cancel()),
    kill: async () => finish(await process.kill()),
  };
}

async function nodeOf({ node }: ActionOptions): Promise<NodeVersion | undefined> {
  if (node === null) return undefined;
  return node ?? nodeVersion(Number(process.versions.node.split('.')[0]));
}

/** Given inputs and defaults, in which expressions are allowed; an unknown one is an error here, a warning on GitHub. */
function resolveInputs(action: ActionYml, given: Record<string, string>, contexts: Contexts): Record<string, string> {
  const declared = action.inputs ?? {};
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0) throw new Error(`unexpected input ${unknown.join(', ')}; there are ${Object.keys(declared)}`);
  const entries = Object.entries(declared).map(([name, { default: value }]) => {
    return [name, given[name] ?? interpolate(String(value ?? ''), contexts)];
  });
  return Object.fromEntries(entries);
}

function mapOutputs(action: ActionYml, contexts: Contexts): Record<string, string> {
  const mapped = Object.entries(action.outputs ?? {}).map(([name, { value }]) => [name, interpolate(value, contexts)]);
  return Object.fromEntries(mapped.filter(([, value]) => value !== ''));
}

const FILE_COMMANDS = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE'] as const;

/** New, empty files for what a step writes. */
function fileCommands(temp: string): Record<(typeof FILE_COMMANDS)[number], string> {
  const paths = FILE_COMMANDS.map((name) => [name, join(temp, `${name.toLowerCase()}_${randomUUID()}`)] as const);
  for (const [, path] of paths) writeFileSync(path, '');
  return Object.fromEntries(paths) as Record<(typeof FILE_COMMANDS)[number], string>;
}

/** How the runner starts a `run:`. @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax */
export function shellCommand(shell: string | undefined, script: string, temp: string): string[] {
  const file = join(temp, `${randomUUID()}.sh`);
  writeFileSync(file, script);
  if (shell === 'sh') return ['sh', '-e', file];
  if (shell === 'bash') return ['bash', '--noprofile', '--norc', '-eo', 'pipefail', file];
  if (shell === undefined) return ['bash', '-e', file];
  throw new Error(`shell ${shell} is not known here`);
}
