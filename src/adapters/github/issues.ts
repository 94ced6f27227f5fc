import type { Issue, IssueRequest } from '../../ports.ts';
import type { Account, Author } from './account.ts';
import { isLost } from './answer.ts';
import type { Octokit } from './client.ts';

interface Repo {
  owner: string;
  repo: string;
}

/** The fields of an issue that are read. */
interface Raw {
  number: number;
  html_url: string;
  state: string;
  body?: string | null;
  user: Author | null;
  pull_request?: unknown;
}

/** Our one issue with a marker. */
export class Issues {
  private readonly octokit: Octokit;
  private readonly repo: Repo;
  private readonly account: Account;

  constructor(octokit: Octokit, repo: Repo, account: Account) {
    this.octokit = octokit;
    this.repo = repo;
    this.account = account;
  }

  /** The oldest open one, whatever its labels are now; otherwise the last one that was closed and has the label. */
  async find(marker: string, label: string): Promise<Issue | undefined> {
    const [open] = await this.allOpen(marker);
    if (open) return open;
    const { data } = await this.octokit.rest.issues.listForRepo({
      ...this.repo,
      state: 'closed',
      labels: label,
      sort: 'updated',
      direction: 'desc',
      per_page: 100,
    });
    return (await this.ours(data, marker))[0];
  }

  /** Opens it, then looks for one that another run opened at the same time: the oldest stays. */
  async open(marker: string, request: IssueRequest): Promise<Issue> {
    const opened = (await this.post(request)) ?? (await this.allOpen(marker))[0] ?? (await this.create(request));
    const [first = opened, ...extra] = await this.allOpen(marker);
    for (const { number } of extra) await this.setState(number, 'not_planned');
    return first;
  }

  async update(number: number, { title, body }: Pick<IssueRequest, 'title' | 'body'>): Promise<void> {
    await this.octokit.rest.issues.update({ ...this.repo, issue_number: number, title, body });
  }

  async close(number: number, body: string, comment: string): Promise<void> {
    await this.octokit.rest.issues.createComment({ ...this.repo, issue_number: number, body: comment });
    await this.setState(number, 'completed', body);
  }

  /** Over all pages, the oldest first. */
  private async allOpen(marker: string): Promise<Issue[]> {
    const all = await this.octokit.paginate(this.octokit.rest.issues.listForRepo, {
      ...this.repo,
      state: 'open',
      per_page: 100,
    });
    return (await this.ours(all, marker)).sort((a, b) => a.number - b.number);
  }

  /** Our issues whose text begins with the marker. GitHub lists pull requests among the issues. */
  private async ours(all: readonly Raw[], marker: string): Promise<Issue[]> {
    const marked = all.filter(({ body, pull_request }) => pull_request === undefined && body?.startsWith(marker));
    return (await this.account.own(marked)).map(issueOf);
  }

  /** undefined when the answer was lost: the issue may exist all the same. */
  private async post(request: IssueRequest): Promise<Issue | undefined> {
    try {
      return await this.create(request);
    } catch (error) {
      if (isLost(error)) return undefined;
      throw error;
    }
  }

  private async create({ title, body, label }: IssueRequest): Promise<Issue> {
    const { data } = await this.octokit.rest.issues.create({ ...this.repo, title, body, labels: [label] });
    this.account.wrote(data.user);
    return issueOf(data);
  }

  private async setState(number: number, reason: 'completed' | 'not_planned', body?: string): Promise<void> {
    const change = { state: 'closed' as const, state_reason: reason, ...(body === undefined ? {} : { body }) };
    await this.octokit.rest.issues.update({ ...this.repo, issue_number: number, ...change });
  }
}

function issueOf({ number, html_url, state, body }: Omit<Raw, 'user'>): Issue {
  return { number, url: html_url, open: state === 'open', body: body ?? '' };
}
