import type { PipelineEvent, WorkflowRunEvent } from '../event/pipeline-event.ts';
import type { EnvironmentReview, ListedPullRequest } from '../ports.ts';
import type { ActionName } from '../stage-result.ts';

export interface ForkRefusal {
  reason: string;
  /** The workflow is wrong (an error), rather than that there is nothing to do for a fork. */
  misuse: boolean;
}

const CREDENTIAL_FREE: readonly ActionName[] = ['build-image', 'run-tests'];
/** What there is to do with the image of a fork's commit, once that commit is approved. */
const ON_APPROVAL: readonly ActionName[] = ['push-to-registry', 'review-environment'];

/**
 * Whether a stage must not run for this event, because code of a pull request would meet credentials. A fork's pull request
 * builds and tests, without any; what was closed may be taken away, since that runs none of its code.
 * @returns undefined when the stage may run
 * @see https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
 */
export function forkRefusal(stage: ActionName, event: PipelineEvent): ForkRefusal | undefined {
  if (event.kind === 'workflow-run') return afterItsRun(stage, event);
  if (event.kind === 'comment') return onComment(stage);
  if (event.kind !== 'pull-request') return undefined;
  if (event.privileged) return privileged(stage, event.action);
  if (!event.fork || CREDENTIAL_FREE.includes(stage)) return undefined;
  return {
    reason: `pull request #${event.number} comes from a fork: its code is built and tested, and never meets a credential`,
    misuse: stage === 'rolling-update' || stage === 'promote',
  };
}

/** On pull_request_target the checkout is the base branch, and the job has its secrets. */
function privileged(stage: ActionName, action: string): ForkRefusal | undefined {
  if (stage === 'review-environment' && action === 'closed') return undefined;
  return {
    reason:
      'pull_request_target runs with the secrets of the repository: it is for taking a review environment away ' +
      '(closed). Let everything else run on pull_request',
    misuse: CREDENTIAL_FREE.includes(stage) || stage === 'rolling-update' || stage === 'promote',
  };
}

/** On issue_comment the job has the secrets of the repository, and a workflow has to check out what it builds: often a fork's head. */
function onComment(stage: ActionName): ForkRefusal | undefined {
  if (!CREDENTIAL_FREE.includes(stage)) return undefined;
  return {
    reason:
      'issue_comment runs with the secrets of the repository: code of a pull request is built and tested in the run on ' +
      'pull_request, which has none',
    misuse: true,
  };
}

/** The open pull request of a fork whose head a commit is; undefined: none. */
export function forkHeadOf(
  sha: string,
  open: readonly ListedPullRequest[],
  repositoryId: number,
): ListedPullRequest | undefined {
  return open.find(({ headSha, headRepositoryId }) => headSha === sha && headRepositoryId !== repositoryId);
}

/** On workflow_run the job has the secrets of the repository: nothing is built there, and nothing tested. */
function afterItsRun(stage: ActionName, event: WorkflowRunEvent): ForkRefusal | undefined {
  if (!ON_APPROVAL.includes(stage)) {
    return {
      reason:
        'workflow_run runs with the secrets of the repository: code of a pull request is built and tested in the ' +
        'run on pull_request, which has none',
      misuse: true,
    };
  }
  if (!event.fork) return { reason: 'the commit is one of this repository, which deploys it by itself', misuse: false };
  if (!event.succeeded) return { reason: 'the commit was not built and tested with success', misuse: false };
  return undefined;
}

/** Who approved a run for a GitHub environment, the latest of several; undefined: nobody did. */
export function approvedBy(reviews: readonly EnvironmentReview[], environment: string): string | undefined {
  const same = (name: string) => name.toLowerCase() === environment.toLowerCase();
  const approved = reviews.filter(({ state, environments }) => state === 'approved' && environments.some(same));
  return approved.at(-1)?.by;
}
