import { isOurs } from './authorship.ts';
import type { Octokit } from './client.ts';
import { hasStatus, isLost } from './failures.ts';

interface Repo {
  owner: string;
  repo: string;
}

interface Comment {
  id: number;
  body: string;
  url: string;
}

/** The one comment of ours with a marker, on one issue or pull request. */
export class Comments {
  private readonly octokit: Octokit;
  private readonly repo: Repo;
  /** Id of the account behind the token; null for a GitHub App, which cannot ask who it is. */
  private readonly self: () => Promise<number | null>;

  constructor(octokit: Octokit, repo: Repo, self: () => Promise<number | null>) {
    this.octokit = octokit;
    this.repo = repo;
    this.self = self;
  }

  /** All of ours with this marker, over all pages, the oldest first. */
  async find(number: number, marker: string): Promise<Comment[]> {
    const all = await this.octokit.paginate(this.octokit.rest.issues.listComments, {
      ...this.repo,
      issue_number: number,
      per_page: 100,
    });
    const marked = all.filter((comment) => comment.body?.includes(marker));
    if (marked.length === 0) return [];
    const self = await this.self();
    return marked
      .filter(({ user }) => isOurs(user, self))
      .map(({ id, body, html_url }) => ({ id, body: body ?? '', url: html_url }))
      .sort((a, b) => a.id - b.id);
  }

  /** Creates the comment or updates the oldest one; removes further ones. @param make its text, from what it is now */
  async upsert(
    number: number,
    marker: string,
    make: (before: string | undefined) => string,
  ): Promise<{ url: string; created: boolean }> {
    const textOf = (before: string | undefined) => {
      const body = make(before);
      return body.includes(marker) ? body : `${marker}\n${body}`;
    };
    const [first, ...extra] = await this.find(number, marker);
    if (!first) return this.create(number, marker, textOf);
    for (const comment of extra) await this.remove(comment.id);
    const text = textOf(first.body);
    if (first.body !== text && !(await this.update(first.id, text))) return this.create(number, marker, textOf);
    return { url: first.url, created: false };
  }

  /** Creates it, and then looks whether another run did so at the same time: the oldest stays. */
  private async create(
    number: number,
    marker: string,
    textOf: (before: string | undefined) => string,
  ): Promise<{ url: string; created: boolean }> {
    const body = textOf(undefined);
    const created = await this.post(number, body);
    const [first, ...extra] = await this.find(number, marker);
    if (!first) {
      if (created) return { url: created.url, created: true };
      // The answer was lost, and the comment is not there: once more, and this time a failure is told.
      const { data } = await this.octokit.rest.issues.createComment({ ...this.repo, issue_number: number, body });
      return { url: data.html_url, created: true };
    }
    for (const comment of extra) await this.remove(comment.id);
    const isOwn = created === undefined || created.id === first.id;
    const text = isOwn ? body : textOf(first.body);
    if (first.body !== text) await this.update(first.id, text);
    return { url: first.url, created: isOwn };
  }

  /** undefined when the answer was lost: the comment may be there all the same. */
  private async post(number: number, body: string): Promise<Comment | undefined> {
    try {
      const { data } = await this.octokit.rest.issues.createComment({ ...this.repo, issue_number: number, body });
      return { id: data.id, body, url: data.html_url };
    } catch (error) {
      if (isLost(error)) return undefined;
      throw error;
    }
  }

  /** false when the comment is gone. */
  private async update(id: number, body: string): Promise<boolean> {
    try {
      await this.octokit.rest.issues.updateComment({ ...this.repo, comment_id: id, body });
      return true;
    } catch (error) {
      if (hasStatus(error, 404)) return false;
      throw error;
    }
  }

  private async remove(id: number): Promise<void> {
    try {
      await this.octokit.rest.issues.deleteComment({ ...this.repo, comment_id: id });
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }
}
