import type { PipelineEvent, WorkflowRunEvent } from '../event/pipeline-event.ts';
import type { EnvironmentReview, ListedPullRequest } from '../ports.ts';
import type { ActionName } from '../stage-result.ts';

export interface ForkRefusal {
  reason: string;
  /** true: the workflow is wrong (an error); false: the stage does nothing for a fork. */
  misuse: boolean;
}

const CREDENTIAL_FREE: readonly ActionName[] = ['build-image', 'run-tests', 'preflight'];
/** The stages that use the image of an approved commit of a fork. */
const ON_APPROVAL: readonly ActionName[] = ['push-to-registry', 'review-environment'];

/**
 * Whether a stage must not run for this event, because code of a pull request could read credentials. The pull request of a
 * fork builds and tests without credentials; the removal after its closing runs none of its code.
 * @returns undefined if the stage may run
 * @see https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
 */
export function forkRefusal(stage: ActionName, event: PipelineEvent): ForkRefusal | undefined {
  if (event.kind === 'workflow-run') return afterItsRun(stage, event);
  if (event.kind === 'comment') return onComment(stage);
  if (event.kind !== 'pull-request') return undefined;
  if (event.privileged) return privileged(stage, event.action);
  if (!event.fork || CREDENTIAL_FREE.includes(stage)) return undefined;
  return {
    reason: `pull request #${event.number} comes from a fork: Slipway builds and tests its code without credentials`,
    misuse: stage === 'rolling-update' || stage === 'promote',
  };
}

/** On pull_request_target the checkout is the base branch, and the job has its secrets. */
function privileged(stage: ActionName, action: string): ForkRefusal | undefined {
  if (stage === 'review-environment' && action === 'closed') return undefined;
  return {
    reason:
      'pull_request_target runs with the secrets of the repository: use it only to remove a review environment ' +
      '(closed). Run everything else on pull_request',
    misuse: CREDENTIAL_FREE.includes(stage) || stage === 'rolling-update' || stage === 'promote',
  };
}

/** On issue_comment the job has the secrets of the repository, and may check out the head of a fork. */
function onComment(stage: ActionName): ForkRefusal | undefined {
  if (!CREDENTIAL_FREE.includes(stage)) return undefined;
  return {
    reason:
      'issue_comment runs with the secrets of the repository: build and test code of a pull request in the run on ' +
      'pull_request, which has none',
    misuse: true,
  };
}

/** The open pull request of a fork with this commit as its head; undefined: none. */
export function forkHeadOf(
  sha: string,
  open: readonly ListedPullRequest[],
  repositoryId: number,
): ListedPullRequest | undefined {
  return open.find(({ headSha, headRepositoryId }) => headSha === sha && headRepositoryId !== repositoryId);
}

/** On workflow_run the job has the secrets of the repository: it must neither build nor test. */
function afterItsRun(stage: ActionName, event: WorkflowRunEvent): ForkRefusal | undefined {
  if (!ON_APPROVAL.includes(stage)) {
    return {
      reason:
        'workflow_run runs with the secrets of the repository: build and test code of a pull request in the ' +
        'run on pull_request, which has none',
      misuse: true,
    };
  }
  if (!event.fork)
    return { reason: 'the commit is of this repository, which deploys it on pull_request', misuse: false };
  if (!event.succeeded) return { reason: 'the build or the tests of the commit did not succeed', misuse: false };
  return undefined;
}

/** The latest approval of a run for a GitHub environment; undefined: none. */
export function approvedBy(reviews: readonly EnvironmentReview[], environment: string): string | undefined {
  const same = (name: string) => name.toLowerCase() === environment.toLowerCase();
  const approved = reviews.filter(({ state, environments }) => state === 'approved' && environments.some(same));
  return approved.at(-1)?.by;
}
