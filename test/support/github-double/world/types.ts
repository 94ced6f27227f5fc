/** What the double remembers. Plain data: `shape.ts` makes GitHub's answers of it. */

export interface Account {
  id: number;
  login: string;
  type: 'User' | 'Bot';
}

export interface Commit {
  sha: string;
  parents: string[];
  message: string;
  /** Id of its tree; of an invented commit one that no other has. */
  tree?: string;
}

export interface Pull {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  merged: boolean;
  mergeCommit: string | undefined;
  head: { ref: string; sha: string };
  /** The repository of the head branch: undefined for the same one, null for a fork that was deleted. */
  fork: { id: number; owner: string } | null | undefined;
  base: string;
  author: Account;
  createdAt: string;
  updatedAt: string;
  closedAt: string | undefined;
}

/** Not a pull request, though GitHub counts them together. */
export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  labels: string[];
  author: Account;
  createdAt: string;
  updatedAt: string;
  closedAt: string | undefined;
}

export interface Comment {
  id: number;
  number: number;
  author: Account;
  body: string;
  createdAt: string;
  updatedAt: string;
}

export interface Reaction {
  id: number;
  /** Id of the comment. */
  comment: number;
  content: string;
  account: Account;
}

export interface Status {
  id: number;
  state: string;
  description: string;
  environmentUrl: string;
  logUrl: string;
  creator: Account;
  createdAt: string;
}

export interface Deployment {
  id: number;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string;
  payload: unknown;
  transient: boolean;
  production: boolean;
  creator: Account;
  createdAt: string;
  updatedAt: string;
  /** The oldest first. */
  statuses: Status[];
}

/** What somebody said to a run that waited for a GitHub environment. */
export interface RunReview {
  run: number;
  environment: string;
  state: 'approved' | 'rejected';
  account: Account;
}

export interface Environment {
  id: number;
  name: string;
  requiredReviewers: boolean;
  branchPolicy: boolean;
  /** With a branch policy: the patterns; default: main. */
  branches?: string[];
  /** This reviewer has approved every run. */
  approvedBy?: string;
  createdAt: string;
}

/** A manifest in a container package. */
export interface PackageVersion {
  id: number;
  package: string;
  digest: string;
  tags: string[];
  updatedAt: string;
}
