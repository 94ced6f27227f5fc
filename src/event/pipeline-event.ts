/** The repository a run belongs to. */
export interface Repository {
  /** Numeric id; a rename does not change it. */
  id: number;
  /** owner/name */
  fullName: string;
  defaultBranch: string;
}

interface Common {
  repository: Repository;
  /** Full id of the commit of this run; for a pull request its head, not the merge commit. */
  sha: string;
  actor: string;
  run: { id: string; attempt: number; url: string };
}

export interface PushEvent extends Common {
  kind: 'push';
  /** Branch name, or undefined for a tag. */
  branch: string | undefined;
  tag: string | undefined;
  /** This push deleted the branch or tag. */
  deleted: boolean;
}

export interface PullRequestEvent extends Common {
  kind: 'pull-request';
  /** opened, synchronize, reopened, closed, … as GitHub names them. */
  action: string;
  number: number;
  title: string;
  headRef: string;
  baseRef: string;
  merged: boolean;
  /** The head branch belongs to another or a deleted repository: its code never gets a credential. */
  fork: boolean;
  /** Runs with the secrets of the base repository (pull_request_target): code of the pull request must not run here. */
  privileged: boolean;
}

export interface ManualEvent extends Common {
  kind: 'manual';
  branch: string | undefined;
  tag: string | undefined;
  inputs: Record<string, string>;
}

export interface ScheduleEvent extends Common {
  kind: 'schedule';
  branch: string | undefined;
}

/** A new comment on an issue or pull request. The run has the default branch and the secrets of the repository. */
export interface CommentEvent extends Common {
  kind: 'comment';
  /** The default branch. */
  branch: string | undefined;
  /** Of the issue or pull request. */
  number: number;
  onPullRequest: boolean;
  comment: { id: number; body: string; author: string; bot: boolean };
}

/**
 * The workflow run of a pull request ended. This run has the default branch and the secrets of the repository; the ended run had
 * no secrets, and its artifacts are the work of the author of the pull request. `sha` is the commit of the ended run.
 */
export interface WorkflowRunEvent extends Common {
  kind: 'workflow-run';
  /** The default branch. */
  branch: string | undefined;
  /** The run ended with success. */
  succeeded: boolean;
  /** Repository of the commit; undefined after it is deleted. */
  headRepositoryId: number | undefined;
  fork: boolean;
  /** The approval of this run, as GitHub records it; undefined before Slipway asks GitHub. */
  approval: ForkApproval | undefined;
}

/** A person approved the commit of a fork, and the commit is the head of an open pull request. */
export interface ForkApproval {
  /** Pull request. */
  number: number;
  /** Login of that person. */
  by: string;
}

/** The event of a run: the beginning of `event → plan → stages → report`. */
export type PipelineEvent =
  | PushEvent
  | PullRequestEvent
  | ManualEvent
  | ScheduleEvent
  | CommentEvent
  | WorkflowRunEvent;
