import type { NodeVersion } from '../node-versions.ts';
import type { JobFolders } from './environment.ts';
import type { Status } from './expressions.ts';
import type { GithubContext, RunFacts, Trigger } from './github-context.ts';
import type { Granted } from './permissions.ts';

/** A step of somebody else's action, as its replacement sees it. Changes of `env` are seen by the steps that follow. */
export interface UsedStep {
  inputs: Record<string, string>;
  env: Record<string, string>;
  folders: JobFolders;
  github: GithubContext;
  granted: Granted;
}

/** Does what the action of another would do, on this machine; resolves to the step's outputs, throws to fail. */
export type Replacement = (step: UsedStep) => Promise<Record<string, string>>;

/** What surrounds a workflow: the event, and what stands in for GitHub and for the actions of others. */
export interface World {
  trigger: Trigger;
  /** Run, actor and API; `token` is given to jobs unless `issueToken` makes one. */
  facts?: RunFacts;
  /** By owner/name, for example `actions/checkout`. */
  replacements: Record<string, Replacement>;
  vars?: Record<string, string>;
  /** Variables of a GitHub environment win over those of the repository, in jobs of that environment. */
  environmentVars?: Record<string, Record<string, string>>;
  secrets?: Record<string, string>;
  /** Secrets of a GitHub environment, likewise; also in jobs of a called workflow, whatever its caller passes. */
  environmentSecrets?: Record<string, Record<string, string>>;
  /** Does what one of our actions would do, for a test of the workflow alone. Default, and for undefined: the action itself. */
  play?: (action: string, step: UsedStep) => Record<string, string> | 'failure' | undefined;
  /** What the machine gives to every step, such as DOCKER_HOST. */
  env?: Record<string, string>;
  node?: NodeVersion;
  /** Token of a job with these permissions, for a GitHub double that holds the job to them. */
  issueToken?: (granted: Granted, job: string) => string;
  /** Where GitHub's identity tokens come from; given only to jobs with id-token: write. */
  idToken?: { url: string; token: string };
  /** The reviewers of a GitHub environment. Default: everybody agrees. */
  approve?: (environment: string, runId: number) => boolean | Promise<boolean>;
  /** Cancels the run, as the runner does it. */
  signal?: AbortSignal;
}

/** What a job knows while its steps run. */
export interface JobState {
  github: GithubContext;
  facts: RunFacts;
  folders: JobFolders;
  granted: Granted;
  status: Status;
  env: Record<string, string>;
  vars: Record<string, string>;
  secrets: Record<string, string>;
  inputs: Record<string, unknown>;
  needs: Record<string, { result: string; outputs: Record<string, string> }>;
  steps: Record<string, { outputs: Record<string, string>; outcome: string; conclusion: string }>;
}
