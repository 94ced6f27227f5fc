import type { CommitRelation, CommitsBetween } from '../../ports.ts';
import type { Octokit } from './client.ts';

interface Repo {
  owner: string;
  repo: string;
}

/** GitHub's most. */
const PER_PAGE = 100;
/** Commits that are listed. */
const LISTED = 30;

export async function compare(octokit: Octokit, at: Repo, base: string, head: string): Promise<CommitRelation> {
  // Only the relation is read, so one commit per page is enough.
  return (await comparison(octokit, at, `${base}...${head}`, 1, 1)).status;
}

/**
 * The newest commits of `head` that `base` lacks. GitHub sends them page by page with the oldest first; at most three pages are read.
 * @see https://docs.github.com/rest/commits/commits#compare-two-commits
 */
export async function commitsBetween(octokit: Octokit, at: Repo, base: string, head: string): Promise<CommitsBetween> {
  const page = (number: number) => comparison(octokit, at, `${base}...${head}`, PER_PAGE, number);
  const first = await page(1);
  const last = Math.ceil(first.total_commits / PER_PAGE);
  const further = last > 1 ? await Promise.all([...new Set([Math.max(2, last - 1), last])].map(page)) : [];
  const all = [first, ...further].flatMap(({ commits }) => commits);
  return {
    total: first.total_commits,
    behind: first.behind_by,
    commits: all
      .slice(-LISTED)
      .reverse()
      .map(({ sha, commit, author }) => {
        const by = author && 'login' in author ? author.login : commit.author?.name;
        return { sha, title: commit.message.split('\n', 1)[0] ?? '', by: by ?? '' };
      }),
  };
}

async function comparison(octokit: Octokit, at: Repo, basehead: string, per_page: number, page: number) {
  return (await octokit.rest.repos.compareCommitsWithBasehead({ ...at, basehead, per_page, page })).data;
}
