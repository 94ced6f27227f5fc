import { EnvironmentError, Superseded, UserError } from '../../errors.ts';
import { forkRefused } from '../../plan/review/operation.ts';
import type { ReviewUpPlan } from '../../plan/review-plan.ts';
import type { ReviewPorts } from './ports.ts';

/** The state of the pull request. `commit` is the one of this run. */
export type PullRequestNow = { kind: 'open'; commit: string; fork: boolean } | { kind: 'closed' };

/**
 * Reads the pull request again, because the event can be as old as the queue was long. Without a token, uses the event.
 * @throws Superseded if the head is another commit; UserError if the code comes from a fork
 */
export async function readPullRequest(plan: ReviewUpPlan, { github, log }: ReviewPorts): Promise<PullRequestNow> {
  if (github === undefined) {
    if (plan.commit !== undefined) return { kind: 'open', commit: plan.commit, fork: plan.approved !== undefined };
    throw new EnvironmentError(`the head of pull request #${plan.owner.number} cannot be read without a token`, {
      remedy: 'Pass the input `github-token`, or run on the event of the pull request itself.',
    });
  }
  const pull = await github.pullRequest(plan.owner.number);
  if (pull.state === 'closed') return { kind: 'closed' };
  const fork = pull.headRepositoryId !== plan.owner.repositoryId;
  // An approval by command holds for the named commit only.
  if (fork && plan.approved === undefined) throw forkRefused(plan.owner.number, plan.resetDatabase);
  // Where the run itself was approved, a newer commit has its own run and approval: this one ends as superseded below.
  const inOwnRun = plan.approvedBy !== undefined && plan.commit === plan.approved;
  if (fork && plan.approved !== pull.headSha && !inOwnRun)
    throw approvalVoid(plan.owner.number, plan.approved, pull.headSha);
  if (plan.commit !== undefined && plan.commit !== pull.headSha) {
    throw new Superseded(
      `pull request #${pull.number} has moved to ${pull.headSha.slice(0, 12)}: leaving the environment to the newer run, this one is for ${plan.commit.slice(0, 12)}`,
    );
  }
  log.debug(`pull request #${pull.number} is open at ${pull.headSha}`);
  return { kind: 'open', commit: pull.headSha, fork };
}

function approvalVoid(number: number, approved: string | undefined, head: string): UserError {
  return new UserError(
    `pull request #${number} comes from a fork, and its head is ${head.slice(0, 12)}: the approval was for ${approved?.slice(0, 12)} alone`,
    { remedy: 'Read what was pushed since, then approve it by its own commit id.' },
  );
}
