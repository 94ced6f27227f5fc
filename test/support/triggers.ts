import type { Trigger } from './runner/github-context.ts';

export type { Trigger };

/** The repository of the tests' events. */
export const REPOSITORY = {
  id: 700_001,
  full_name: 'acme/parking',
  name: 'parking',
  default_branch: 'main',
  owner: { login: 'acme', id: 90_001 },
} as const;

const SENDER = { login: 'octocat', id: 583_231 };
const A_COMMIT = 'c0ffee'.padEnd(40, '0');

/** A push to a branch. */
export function push(branch = 'main', sha = A_COMMIT): Trigger {
  const ref = `refs/heads/${branch}`;
  return {
    event: 'push',
    payload: { ref, before: '0'.repeat(40), after: sha, deleted: false, repository: REPOSITORY, sender: SENDER },
  };
}

export interface PullRequestFacts {
  action?: 'opened' | 'synchronize' | 'reopened' | 'closed';
  number?: number;
  sha?: string;
  branch?: string;
  merged?: boolean;
  /** Numeric id of the repository that the head branch lives in; null for one that was deleted. */
  headRepository?: number | null;
  author?: string;
}

/** Something happened to a pull request. */
export function pullRequest(facts: PullRequestFacts = {}): Trigger {
  const { action = 'opened', number = 7, sha = A_COMMIT, branch = 'feature', merged = false } = facts;
  const { headRepository = REPOSITORY.id, author = SENDER.login } = facts;
  const fork = { id: headRepository, full_name: 'mallory/parking' };
  const own = headRepository === REPOSITORY.id;
  return {
    event: 'pull_request',
    payload: {
      action,
      number,
      pull_request: {
        number,
        title: 'A change',
        state: action === 'closed' ? 'closed' : 'open',
        merged,
        merge_commit_sha: 'beef'.padEnd(40, '0'),
        user: { login: author },
        head: { ref: branch, sha, repo: own ? REPOSITORY : headRepository === null ? null : fork },
        base: { ref: 'main', sha: A_COMMIT, repo: REPOSITORY },
      },
      repository: REPOSITORY,
      sender: SENDER,
    },
  };
}

/** Started by hand, on a branch. */
export function dispatched(inputs: Record<string, string>, branch = 'main', sha = A_COMMIT): Trigger {
  const ref = `refs/heads/${branch}`;
  return { event: 'workflow_dispatch', payload: { ref, inputs, repository: REPOSITORY, sender: SENDER }, sha };
}
