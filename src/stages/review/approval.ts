import { Superseded, UserError } from '../../errors.ts';
import type { ForkApproval, WorkflowRunEvent } from '../../event/pipeline-event.ts';
import { approvedBy } from '../../plan/fork-rules.ts';
import type { GitHub } from '../../ports.ts';

/**
 * Proves that a reviewer approved this run for a GitHub environment, and that its commit is still the head of an open
 * pull request. An environment without reviewers approves nothing: GitHub creates a misspelled one without rules.
 * @param environment that the job names (input `approved-in`)
 * @throws UserError if nobody approved it; Superseded if the pull request has a newer commit or is closed
 * @see https://docs.github.com/rest/actions/workflow-runs#get-the-review-history-for-a-workflow-run
 */
export async function proveApproval(
  event: WorkflowRunEvent,
  environment: string | undefined,
  github: Pick<GitHub, 'reviewsOfRun' | 'openPullRequests'>,
): Promise<ForkApproval> {
  if (!environment) {
    throw new UserError('the code is from a fork, and the input `approved-in` does not say who has approved it', {
      remedy: 'Give it the name of the GitHub environment of this job, as in fork-review.yml (docs/workflows.md).',
    });
  }
  const by = approvedBy(await github.reviewsOfRun(Number(event.run.id)), environment);
  if (by === undefined) throw notApproved(event, environment);
  const open = await github.openPullRequests();
  const [pull] = open
    .filter((one) => one.headSha === event.sha && one.headRepositoryId === event.headRepositoryId)
    .sort((a, b) => a.number - b.number);
  if (pull) return { number: pull.number, by };
  throw new Superseded(
    `the approval by ${by} is void: it was for commit ${event.sha.slice(0, 12)} alone, which is not the head of an open ` +
      'pull request any more. Nothing was deployed; what was pushed since is approved in a run of its own',
  );
}

function notApproved({ sha }: WorkflowRunEvent, environment: string): UserError {
  return new UserError(
    `nobody has approved this run for the GitHub environment ${environment}: commit ${sha.slice(0, 12)} of a fork is not deployed`,
    {
      remedy: `Under Settings → Environments give ${environment} required reviewers, and name it in the job (environment: ${environment}); see docs/security.md.`,
    },
  );
}
