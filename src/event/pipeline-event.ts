/** The repository a run belongs to. */
export interface Repository {
  /** Numeric id: stays when the repository is renamed. */
  id: number;
  /** owner/name */
  fullName: string;
  defaultBranch: string;
}

interface Common {
  repository: Repository;
  /** Full id of the commit that this run is about: for a pull request its head, not the merge commit. */
  sha: string;
  actor: string;
  run: { id: string; attempt: number; url: string };
}

export interface PushEvent extends Common {
  kind: 'push';
  /** Branch name, or undefined for a tag. */
  branch: string | undefined;
  tag: string | undefined;
  /** The branch or tag was deleted by this push. */
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
  /** The head branch lives in another repository, or in one that was deleted: its code never meets a credential. */
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

/** Somebody wrote a comment on an issue or pull request. Runs on the default branch, with the secrets of the repository. */
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
 * The workflow run of a pull request has ended. Runs on the default branch, with the secrets of the repository; that run had
 * none, and whatever it has left behind is the work of who wrote the pull request. `sha` is its commit.
 */
export interface WorkflowRunEvent extends Common {
  kind: 'workflow-run';
  /** The default branch. */
  branch: string | undefined;
  /** It built and tested, and found nothing wrong. */
  succeeded: boolean;
  /** Repository that the commit came from; undefined for one that was deleted. */
  headRepositoryId: number | undefined;
  fork: boolean;
  /** That this run was approved, as GitHub has it; undefined before GitHub was asked. */
  approval: ForkApproval | undefined;
}

/** Somebody has approved the commit of a fork, and it still is the head of an open pull request. */
export interface ForkApproval {
  /** Pull request. */
  number: number;
  /** Login. */
  by: string;
}

/** What happened on GitHub: the beginning of `event → plan → stages → report`. */
export type PipelineEvent =
  | PushEvent
  | PullRequestEvent
  | ManualEvent
  | ScheduleEvent
  | CommentEvent
  | WorkflowRunEvent;
