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

/** What protects a GitHub environment. undefined stands for "there is no such environment". */
export interface EnvironmentProtection {
  name: string;
  requiredReviewers: boolean;
  branchPolicy: boolean;
}

/** What somebody said to a run that waited for GitHub environments. */
export interface EnvironmentReview {
  /** Their names. */
  environments: string[];
  state: 'approved' | 'rejected' | 'pending';
  /** Login. */
  by: string;
}

export type CommitRelation = 'ahead' | 'behind' | 'identical' | 'diverged';

/** An issue that this account has opened. */
export interface Issue {
  number: number;
  url: string;
  open: boolean;
  body: string;
}

export interface IssueRequest {
  title: string;
  /** Holds the marker. */
  body: string;
  /** GitHub makes a label that is not there. */
  label: string;
}

export interface GitHub {
  /**
   * Content of a file of the repository, as UTF-8.
   * @param path from the root of the repository
   * @param ref branch, tag or commit
   * @returns undefined where there is no such file
   */
  fileAt(path: string, ref: string): Promise<string | undefined>;
  /** Id of the repository that all of this is about, as GitHub has it. */
  repositoryId(): Promise<number>;
  pullRequest(number: number): Promise<PullRequest>;
  /** As `pullRequest`; undefined when there is none of this number. */
  findPullRequest(number: number): Promise<PullRequest | undefined>;
  /**
   * All open pull requests, over all pages; rejects when a page is missing. One that is closed while the pages are read can
   * hide another one, which slips to a page that was read already: who is not in here is not proven to be closed.
   */
  openPullRequests(): Promise<ListedPullRequest[]>;
  /** Numbers of closed pull requests, page by page, those that changed last first. */
  closedPullRequests(): AsyncIterable<number[]>;
  /**
   * Writes the one comment that carries `marker` (an HTML comment): creates it or updates ours; further ones of ours with
   * the same marker are deleted. Resolves to its URL.
   * @param body what it is to be, made from what it is right before it is written; undefined: there is none
   */
  upsertComment(
    number: number,
    marker: string,
    body: string | ((before: string | undefined) => string),
  ): Promise<{ url: string; created: boolean }>;
  /** What a person may do with the repository, themselves or by a team; `none` for strangers. */
  permissionOf(login: string): Promise<'admin' | 'write' | 'read' | 'none'>;
  /** What people said to the GitHub environments that a workflow run waited for; the oldest first. */
  reviewsOfRun(runId: number): Promise<EnvironmentReview[]>;
  /** Reacts to a comment; doing it twice is doing it once. */
  react(commentId: number, reaction: Reaction): Promise<void>;
  /** Runs all jobs of a workflow run once more, with its event as it was. */
  runAgain(runId: number): Promise<void>;
  /** The body of our comment with this marker. */
  findComment(number: number, marker: string): Promise<string | undefined>;
  /** Our issue with this marker: the oldest open one, else, of those with the label, the one that was closed last. */
  findIssue(marker: string, label: string): Promise<Issue | undefined>;
  /** Opens one. Where another run does so at the same time, the older one stays, and is the answer. */
  openIssue(marker: string, request: IssueRequest): Promise<Issue>;
  updateIssue(number: number, content: Pick<IssueRequest, 'title' | 'body'>): Promise<void>;
  /** Says why, and closes it as completed. */
  closeIssue(number: number, body: string, comment: string): Promise<void>;
  /** Creates a deployment with auto_merge false and no required contexts; resolves to its id. */
  createDeployment(request: DeploymentRequest): Promise<number>;
  setDeploymentStatus(id: number, status: DeploymentStatus): Promise<void>;
  listDeployments(environment: string): Promise<DeploymentSummary[]>;
  /** Its latest state; undefined when none was ever set. */
  deploymentState(id: number): Promise<string | undefined>;
  environment(name: string): Promise<EnvironmentProtection | undefined>;
  /** Where `head` stands in relation to `base`. */
  compare(base: string, head: string): Promise<CommitRelation>;
}
