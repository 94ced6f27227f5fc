import { hasStatus } from './answer.ts';
import type { Octokit } from './client.ts';

/** The author of a comment or an issue, as the REST API shows it. */
export interface Author {
  id: number;
}

/** The user id of github-actions[bot] on github.com, the account of a job's own token. */
const ACTIONS_BOT = 41_898_282;

/**
 * The account behind the token. A marker proves nothing: anybody can copy it, and a token that may write comments may also
 * overwrite the comments of others. Slipway changes only what this account wrote.
 */
export class Account {
  private readonly octokit: Octokit;
  private asked: Promise<number | undefined> | undefined;
  private seen: number | undefined;

  constructor(octokit: Octokit) {
    this.octokit = octokit;
  }

  /** Notes the author of a comment or issue that this run has created: it is this account. */
  wrote(author: Author | null | undefined): void {
    this.seen = author?.id ?? this.seen;
  }

  /** Those of a list that this account wrote. Asks GitHub only where there is something to compare. */
  async own<T extends { user?: Author | null }>(all: readonly T[]): Promise<T[]> {
    if (all.length === 0) return [];
    this.asked ??= this.seen === undefined ? this.ask() : undefined;
    const id = this.seen ?? (await this.asked);
    return all.filter(({ user }) => user != null && user.id === id);
  }

  /**
   * `viewer` answers for every kind of token; the token of a GitHub App may not call `GET /user`.
   * @see https://docs.github.com/graphql/reference/queries#user
   */
  private async ask(): Promise<number | undefined> {
    try {
      const { viewer } = await this.octokit.graphql<{ viewer: { databaseId: number | null } }>(
        'query { viewer { databaseId } }',
      );
      return viewer.databaseId ?? ACTIONS_BOT;
    } catch (error) {
      const isRefused =
        (error as Error).name === 'GraphqlResponseError' || hasStatus(error, 403) || hasStatus(error, 404);
      if (isRefused) return ACTIONS_BOT;
      throw error;
    }
  }
}
