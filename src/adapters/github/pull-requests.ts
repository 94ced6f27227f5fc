import type { ListedPullRequest, PullRequest } from '../../ports.ts';
import { hasStatus } from './answer.ts';
import type { Octokit } from './client.ts';

interface Repo {
  owner: string;
  repo: string;
}

/** The fields that are read. GitHub's description gives every head a repository; for a deleted fork it is null. */
interface Raw {
  number: number;
  state: string;
  head: { sha: string; ref: string; repo: unknown };
}

/** The pull requests of one repository. */
export class PullRequests {
  private readonly octokit: Octokit;
  private readonly repo: Repo;

  constructor(octokit: Octokit, repo: Repo) {
    this.octokit = octokit;
    this.repo = repo;
  }

  async get(number: number): Promise<PullRequest> {
    const { data } = await this.octokit.rest.pulls.get({ ...this.repo, pull_number: number });
    return {
      ...listed(data),
      merged: data.merged,
      title: data.title,
      headRef: data.head.ref,
      baseRef: data.base.ref,
    };
  }

  async find(number: number): Promise<PullRequest | undefined> {
    try {
      return await this.get(number);
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  /** The oldest first: pull requests that are opened while the pages are read come last. */
  async open(): Promise<ListedPullRequest[]> {
    const wanted = { ...this.repo, state: 'open', sort: 'created', direction: 'asc', per_page: 100 } as const;
    const all: ListedPullRequest[] = [];
    // Page by page: a page is large, and only a few of its fields are kept.
    for await (const { data } of this.octokit.paginate.iterator(this.octokit.rest.pulls.list, wanted)) {
      all.push(...data.map(listed));
    }
    return all;
  }

  async *closed(): AsyncGenerator<number[]> {
    const wanted = { ...this.repo, state: 'closed', sort: 'updated', direction: 'desc', per_page: 100 } as const;
    for await (const { data } of this.octokit.paginate.iterator(this.octokit.rest.pulls.list, wanted)) {
      yield data.filter(({ state }) => state === 'closed').map(({ number }) => number);
    }
  }
}

function listed({ number, state, head }: Raw): ListedPullRequest {
  return {
    number,
    state: state === 'open' ? 'open' : 'closed',
    headSha: head.sha,
    headRepositoryId: (head.repo as { id: number } | null)?.id,
  };
}
