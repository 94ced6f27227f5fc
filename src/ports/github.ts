/** GitHub, as the stages see it. One implementation: `adapters/github`. */

export interface PullRequest {
  number: number;
  state: 'open' | 'closed';
  merged: boolean;
  title: string;
  headSha: string;
  headRef: string;
  baseRef: string;
  /** Numeric id of the repository the head branch lives in; undefined when that repository was deleted. */
  headRepositoryId: number | undefined;
}

/** A pull request, as a list of them has it. */
export type ListedPullRequest = Pick<PullRequest, 'number' | 'state' | 'headSha' | 'headRepositoryId'>;

export type Reaction = '+1' | '-1' | 'confused' | 'rocket' | 'eyes';

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

export interface DeploymentRequest {
  /** Full commit id. */
  ref: string;
  /** Name of the GitHub environment, e.g. `review/pr-7`. */
  environment: string;
  description: string;
  transient: boolean;
  production: boolean;
}

export interface DeploymentStatus {
  state: DeploymentState;
  description: string;
  environmentUrl?: string;
  logUrl?: string;
}

export interface DeploymentSummary {
  id: number;
  sha: string;
  environment: string;
}

/** The protection of a GitHub environment. undefined: the environment does not exist. */
export interface EnvironmentProtection {
  name: string;
  requiredReviewers: boolean;
  branchPolicy: boolean;
}

/** The review of a run that waited for GitHub environments. */
export interface EnvironmentReview {
  /** Their names. */
  environments: string[];
  state: 'approved' | 'rejected' | 'pending';
  /** Login. */
  by: string;
}

export type CommitRelation = 'ahead' | 'behind' | 'identical' | 'diverged';

/** The commits that one commit has and another lacks. */
export interface CommitsBetween {
  /** Commits of `head` that `base` lacks. */
  total: number;
  /** Commits of `base` that `head` lacks. */
  behind: number;
  /** The newest of `total`, the newest first. */
  commits: CommitSummary[];
}

export interface CommitSummary {
  sha: string;
  /** First line of the message. */
  title: string;
  /** Login of the author, else a name. */
  by: string;
}

/** An issue that this account has opened. */
export interface Issue {
  number: number;
  url: string;
  open: boolean;
  body: string;
}

export interface IssueRequest {
  title: string;
  /** Contains the marker. */
  body: string;
  /** GitHub creates a missing label. */
  label: string;
}

export interface GitHub {
  /**
   * Content of a file of the repository, as UTF-8.
   * @param path from the root of the repository
   * @param ref branch, tag or commit
   * @returns undefined when the file does not exist
   */
  fileAt(path: string, ref: string): Promise<string | undefined>;
  /** Id of this repository on GitHub. */
  repositoryId(): Promise<number>;
  pullRequest(number: number): Promise<PullRequest>;
  /** As `pullRequest`; undefined when no pull request has this number. */
  findPullRequest(number: number): Promise<PullRequest | undefined>;
  /**
   * All open pull requests, over all pages; rejects when a page is missing. A pull request that closes between two pages moves
   * another one to a page that was read already, so absence from this list does not prove that a pull request is closed.
   */
  openPullRequests(): Promise<ListedPullRequest[]>;
  /** Numbers of closed pull requests, page by page, the latest change first. */
  closedPullRequests(): AsyncIterable<number[]>;
  /**
   * Writes the one comment with `marker` (an HTML comment): creates it or updates ours, and deletes our further comments with the
   * same marker. Resolves to its URL.
   * @param body the new body, or a function that makes it from the present body right before the write; undefined: no comment yet
   */
  upsertComment(
    number: number,
    marker: string,
    body: string | ((before: string | undefined) => string),
  ): Promise<{ url: string; created: boolean }>;
  /** A person's own or team permission on the repository; `none` for strangers. */
  permissionOf(login: string): Promise<'admin' | 'write' | 'read' | 'none'>;
  /** The reviews of a workflow run that waited for GitHub environments; the oldest first. */
  reviewsOfRun(runId: number): Promise<EnvironmentReview[]>;
  /** Reacts to a comment; a repeated reaction has no effect. */
  react(commentId: number, reaction: Reaction): Promise<void>;
  /** Runs all jobs of a workflow run again, with the same event. */
  runAgain(runId: number): Promise<void>;
  /** The body of our comment with this marker. */
  findComment(number: number, marker: string): Promise<string | undefined>;
  /** Our issue with this marker: the oldest open one, else the last closed one with the label. */
  findIssue(marker: string, label: string): Promise<Issue | undefined>;
  /** Opens an issue. When another run opens one at the same time, keeps and returns the older one. */
  openIssue(marker: string, request: IssueRequest): Promise<Issue>;
  updateIssue(number: number, content: Pick<IssueRequest, 'title' | 'body'>): Promise<void>;
  /** Comments with the reason, and closes it as completed. */
  closeIssue(number: number, body: string, comment: string): Promise<void>;
  /** Creates a deployment with auto_merge false and no required contexts; resolves to its id. */
  createDeployment(request: DeploymentRequest): Promise<number>;
  setDeploymentStatus(id: number, status: DeploymentStatus): Promise<void>;
  listDeployments(environment: string): Promise<DeploymentSummary[]>;
  /** Its latest state; undefined without any. */
  deploymentState(id: number): Promise<string | undefined>;
  environment(name: string): Promise<EnvironmentProtection | undefined>;
  /** Id of the tree of a commit: equal for equal files. undefined for a commit that the repository does not have. */
  treeOf(sha: string): Promise<string | undefined>;
  /** The relation of `head` to `base`. */
  compare(base: string, head: string): Promise<CommitRelation>;
  commitsBetween(base: string, head: string): Promise<CommitsBetween>;
}
