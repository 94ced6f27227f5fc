import { join } from 'node:path';
import { repositoryRoot } from '../../../local/demo/root.ts';
import { type ActionResult, jobFolders, type RunningAction, startAction } from '../action-runner.ts';
import type { GitHubEvent } from '../github-double/events.ts';
import type { NodeVersion } from '../node-versions.ts';
import { downloadFrom, uploadTo } from '../runner/artifacts.ts';
import { cacheIn } from '../runner/cache.ts';
import type { RunFacts, Trigger } from '../runner/github-context.ts';
import type { Granted } from '../runner/permissions.ts';
import { scratchFolder } from '../runner/scratch.ts';
import { checkoutFrom, type JobRun, runWorkflow, type UsedStep, type WorkflowRun } from '../workflow-runner.ts';
import type { Scene } from './scene.ts';

export const VARIABLES = {
  SLIPWAY_IDENTITY_PROVIDER: 'projects/1/providers/actions',
  SLIPWAY_SERVICE_ACCOUNT: 'deployer',
};

export interface WorkflowOptions {
  /** Which of the published files. Default: the caller for Google Cloud, whose sign-in gives `kubeconfig` here. */
  folder?: 'google-cloud' | 'kubernetes' | 'complete/google-cloud' | 'complete/kubernetes';
  /** What signing in to the cluster gives the steps that follow. Default: the platform's administrator. */
  kubeconfig?: string;
  /** The reviewers of a GitHub environment. */
  approve?: (environment: string, runId: number) => boolean | Promise<boolean>;
  /** That of the machine. Default: the one that the tests run by. */
  node?: NodeVersion;
  /** A workflow file other than the published one. */
  path?: string;
  secrets?: Record<string, string>;
  /** By GitHub environment. */
  environmentSecrets?: Record<string, Record<string, string>>;
  signal?: AbortSignal;
  /** Starts the image in the step Preflight, too. It takes seconds, and does the same in every run. */
  preflight?: boolean;
}

export interface Ran extends WorkflowRun {
  /** Jobs in which somebody signed in to the cluster. */
  signedIn: string[];
  runId: number;
}

let runs = 1000;

/**
 * Runs a workflow of workflows/ for an event, as GitHub would: each job on a machine of its own, with a token that may do
 * what its `permissions:` say and no more, and without a way into the cluster before the step that signs in.
 */
export async function run(scene: Scene, file: string, event: GitHubEvent, options: WorkflowOptions = {}): Promise<Ran> {
  const signedIn: string[] = [];
  const signIn = async ({ env, github, inputs }: UsedStep): Promise<Record<string, string>> => {
    // It gives a token to read images, and signs in to nothing. The registry of the platform needs none.
    if (inputs.token_format === 'access_token') return { access_token: 'reads-images' };
    if (inputs.workload_identity_provider !== VARIABLES.SLIPWAY_IDENTITY_PROVIDER) throw new Error('not our provider');
    signedIn.push(String(github.job));
    env.KUBECONFIG = options.kubeconfig ?? scene.platform.kubeconfig;
    return {};
  };
  const about = facts(scene, event);
  const path = options.path ?? join(repositoryRoot, 'workflows', options.folder ?? 'google-cloud', file);
  const onGoogle = options.path === undefined && !options.folder?.includes('kubernetes');
  const ran = await runWorkflow(path, {
    trigger: triggerOf(event),
    facts: about,
    replacements: {
      'actions/checkout': checkoutFrom(scene.repository.folder),
      ...cacheIn(join(scene.artifacts, 'cache')),
      'actions/upload-artifact': uploadTo(scene.artifacts),
      'actions/download-artifact': downloadFrom(scene.artifacts),
      'google-github-actions/auth': signIn,
      // The registry of the platform needs no login.
      'docker/login-action': async () => ({}),
    },
    vars: onGoogle ? VARIABLES : {},
    env: scene.machine,
    play: (action) => (action.endsWith('/actions/preflight') && !options.preflight ? {} : undefined),
    issueToken: (granted) => scene.github.actor.addToken(permissionsOf(granted)),
    secrets: options.secrets ?? {},
    environmentSecrets: options.environmentSecrets ?? {},
    ...(options.node ? { node: options.node } : {}),
    ...(options.approve ? { approve: options.approve } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  for (const [id, job] of Object.entries(ran.jobs)) tellTimes(id, job);
  return { ...ran, signedIn, runId: about.runId ?? 0 };
}

/** One line per job: what its steps took. */
function tellTimes(id: string, { steps }: JobRun): void {
  const ours = steps.flatMap(({ name, action }) => (action ? [`${name} ${(action.ms / 1000).toFixed(1)} s`] : []));
  if (ours.length > 0) console.log(`${id}: ${ours.join(', ')}`);
}

/** `pull-requests: write` of a workflow is pull_requests=write of the token. Every token may read what is public anyway. */
function permissionsOf(granted: Granted): Record<string, 'read' | 'write'> {
  const entries = Object.entries(granted).filter(([name]) => name !== 'id-token');
  return {
    metadata: 'read',
    ...Object.fromEntries(entries.map(([name, level]) => [name.replaceAll('-', '_'), level])),
  };
}

function triggerOf(event: GitHubEvent): Trigger {
  const payload = event.payload as Trigger['payload'];
  return { event: event.name, payload, ref: event.ref, sha: event.sha };
}

function facts(scene: Scene, event: GitHubEvent): RunFacts {
  const { apiUrl, url } = scene.github;
  runs += 1;
  const repository = { id: scene.repositoryId, full_name: scene.github.repository };
  return { runId: runs, actor: event.actor, apiUrl, serverUrl: url, repository };
}

export interface StepOptions {
  inputs?: Record<string, string>;
  /** On top of what the machine has; KUBECONFIG is the administrator's unless it is given here. */
  env?: Record<string, string>;
  token?: string;
}

/** One job by hand: its steps share workspace, RUNNER_TEMP and run. */
export class Job {
  private readonly scene: Scene;
  private readonly event: GitHubEvent;
  private readonly facts: RunFacts;
  private readonly folders = jobFolders(scratchFolder());
  private checkedOut: Promise<unknown> | undefined;

  constructor(scene: Scene, event: GitHubEvent) {
    this.scene = scene;
    this.event = event;
    this.facts = facts(scene, event);
  }

  /** Runs an action to its end. */
  async step(action: string, options: StepOptions = {}): Promise<ActionResult> {
    return (await this.start(action, options)).result;
  }

  async start(action: string, { inputs = {}, env = {}, token }: StepOptions = {}): Promise<RunningAction> {
    this.checkedOut ??= this.checkOut();
    await this.checkedOut;
    return startAction({
      action,
      inputs,
      trigger: triggerOf(this.event),
      facts: { ...this.facts, token: token ?? this.scene.github.token },
      folders: this.folders,
      env: { ...this.scene.machine, KUBECONFIG: this.scene.platform.kubeconfig, ...env },
    });
  }

  /** Folder of the checkout, which is made when it is first asked for. */
  async workspace(): Promise<string> {
    this.checkedOut ??= this.checkOut();
    await this.checkedOut;
    return this.folders.workspace;
  }

  private checkOut(): Promise<unknown> {
    const { payload, sha } = this.event;
    const pull = payload.pull_request as { head: { sha: string } } | undefined;
    const github = { sha: pull?.head.sha ?? sha, event: payload };
    return checkoutFrom(this.scene.repository.folder)({
      inputs: {},
      env: {},
      folders: this.folders,
      github,
      granted: {},
    });
  }
}

/** What an action of a job answered; throws where it did not run. @param job of a workflow, or undefined */
export function stepOf(job: JobRun | undefined, name: string): ActionResult {
  const step = job?.steps.find((one) => one.name === name);
  if (!step?.action) throw new Error(`the step "${name}" did not run: ${JSON.stringify(job?.steps.map(shown))}`);
  return step.action;
}

const shown = ({ name, outcome }: JobRun['steps'][number]) => `${name}: ${outcome}`;

/** Several jobs of a run as one: their steps in order, and success only if each of them had it. */
export function together(jobs: Ran['jobs'], ...ids: string[]): JobRun | undefined {
  const ran = ids.flatMap((id) => jobs[id] ?? []);
  const [last] = ran.slice(-1);
  const result = ran.find((job) => job.result !== 'success')?.result ?? 'success';
  return last && { ...last, result, steps: ran.flatMap(({ steps }) => steps) };
}

/** The end of everything that the steps of a job printed: for the message of an assertion. */
export function logOf(job: JobRun | undefined): string {
  return (job?.steps ?? [])
    .map(
      ({ name, outcome, action }) =>
        `── ${name}: ${outcome}\n${action?.output.split('\n').slice(-60).join('\n') ?? ''}`,
    )
    .join('\n');
}
