import { headOf } from '../adapters/git/checkout.ts';
import { messageOf, UserError } from '../errors.ts';
import { forkHeadOf } from '../plan/fork-rules.ts';
import type { GitHub, ListedPullRequest } from '../ports.ts';
import type { Run } from './context.ts';
import { gitHubOf } from './github.ts';

type Pulls = Pick<GitHub, 'openPullRequests'>;

/**
 * Refuses a manual run (workflow_dispatch) whose checkout is the head of a pull request from a fork: the job has the
 * secrets of the repository. Does not ask GitHub if the checkout is the commit of the run.
 * @param checkedOut head of the checkout, as git has it
 */
export async function refuseForkHead(
  run: Run,
  checkedOut: string | undefined | Promise<string | undefined> = headOf(run.common.workingDirectory),
  github: Pulls | undefined = gitHubOf(run),
): Promise<void> {
  const head = await checkedOut;
  const { sha, repository } = run.event();
  if (head === undefined || head === sha || github === undefined) return;
  const pull = forkHeadOf(head, await openPullRequests(github, head, run), repository.id);
  if (pull === undefined) return;
  throw new UserError(
    `commit ${head.slice(0, 12)} is the head of pull request #${pull.number}, which comes from a fork`,
    {
      details: ['workflow_dispatch runs with the secrets of the repository.'],
      remedy:
        'Nothing was run. See pull-request.yml and fork-review.yml in docs/workflows.md, which keep forks and credentials apart.',
    },
  );
}

/** None if the token may not list them; a private repository requires `pull-requests: read`. */
async function openPullRequests(github: Pulls, head: string, { log }: Run): Promise<ListedPullRequest[]> {
  try {
    return await github.openPullRequests();
  } catch (error) {
    log.warning(
      `it is not known whether ${head.slice(0, 12)}, which is checked out, comes from a fork: ${messageOf(error)}`,
    );
    return [];
  }
}
