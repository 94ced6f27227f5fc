import type { Account } from './account.ts';
import { hasStatus, isLost } from './answer.ts';
import type { Octokit } from './client.ts';

interface Repo {
  owner: string;
  repo: string;
}

interface Comment {
  id: number;
  body: string;
  url: string;
}

/** Our one comment with a marker on an issue or pull request. */
export class Comments {
  private readonly octokit: Octokit;
  private readonly repo: Repo;
  private readonly account: Account;

  constructor(octokit: Octokit, repo: Repo, account: Account) {
    this.octokit = octokit;
    this.repo = repo;
    this.account = account;
  }

  /** Our comments that begin with this marker, over all pages, the oldest first. A comment that quotes it is another one. */
  async find(number: number, marker: string): Promise<Comment[]> {
    const all = await this.octokit.paginate(this.octokit.rest.issues.listComments, {
      ...this.repo,
      issue_number: number,
      per_page: 100,
    });
    const marked = all.filter((comment) => comment.body?.startsWith(marker));
    return (await this.account.own(marked))
      .map(({ id, body, html_url }) => ({ id, body: body ?? '', url: html_url }))
      .sort((a, b) => a.id - b.id);
  }

  /**
   * Creates the comment, or updates the oldest one and deletes further ones.
   * @param make the new text from the current one; undefined where there is none
   */
  async upsert(
    number: number,
    marker: string,
    make: (before: string | undefined) => string,
  ): Promise<{ url: string; created: boolean }> {
    const textOf = (before: string | undefined) => {
      const body = make(before);
      return body.startsWith(marker) ? body : `${marker}\n${body}`;
    };
    const [first, ...extra] = await this.find(number, marker);
    if (!first) return this.create(number, marker, textOf);
    for (const comment of extra) await this.remove(comment.id);
    const text = textOf(first.body);
    if (first.body !== text && !(await this.update(first.id, text))) return this.create(number, marker, textOf);
    return { url: first.url, created: false };
  }

  /** Creates it, then looks for one that another run created at the same time: the oldest stays. */
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
      // The answer was lost and the comment does not exist: sends it again, and lets a second failure through.
      return { url: (await this.send(number, body)).url, created: true };
    }
    for (const comment of extra) await this.remove(comment.id);
    const isOwn = created === undefined || created.id === first.id;
    const text = isOwn ? body : textOf(first.body);
    if (first.body !== text) await this.update(first.id, text);
    return { url: first.url, created: isOwn };
  }

  /** undefined when the answer was lost: the comment may exist all the same. */
  private async post(number: number, body: string): Promise<Comment | undefined> {
    try {
      return await this.send(number, body);
    } catch (error) {
      if (isLost(error)) return undefined;
      throw error;
    }
  }

  private async send(number: number, body: string): Promise<Comment> {
    const { data } = await this.octokit.rest.issues.createComment({ ...this.repo, issue_number: number, body });
    this.account.wrote(data.user);
    return { id: data.id, body, url: data.html_url };
  }

  /** false when the comment no longer exists. */
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
