import type { JobIdentity } from '../../ports.ts';

/** The run that decides whether it believes a statement. */
export interface Here {
  /** Id of the repository. */
  repositoryId: number;
  defaultBranch: string;
  /** The commit whose tree must be that of the statement's run: GITHUB_SHA, or the commit of a release. */
  sha: string;
}

/**
 * Whom a statement comes from:
 * - `default-branch`: a run of the default branch, whose code was merged;
 * - `tree`: another run, whose commit must have the same tree: then its workflow is the one that was merged as well;
 * - a reason why it counts for nothing.
 */
export type Origin = 'default-branch' | 'tree' | { refused: string };

/** Events in which GitHub takes workflow and checkout from one commit. */
const EVENTS = ['push', 'pull_request', 'merge_group', 'workflow_dispatch', 'schedule'];

/**
 * Judges the identity of the job that wrote a statement, which GitHub signed. Everybody who may push to the registry can attach a
 * statement, and every pull request of the repository can change its own workflow: a workflow of a tree that was not merged
 * proves nothing.
 * @see docs/security.md
 */
export function originOf(identity: JobIdentity, here: Here): Origin {
  if (identity.repositoryId !== String(here.repositoryId))
    return {
      refused: `written by repository ${identity.repository} with the id ${identity.repositoryId}, and not ${here.repositoryId}`,
    };
  if (!EVENTS.includes(identity.event)) return { refused: `written on ${identity.event}` };
  const ownWorkflow = identity.workflow.startsWith(`${identity.repository}/`) && identity.workflowSha === identity.sha;
  if (!ownWorkflow) return { refused: `written by the workflow ${identity.workflow} of another commit` };
  if (identity.event !== 'pull_request' && identity.ref === `refs/heads/${here.defaultBranch}`) return 'default-branch';
  if (!identity.hosted)
    return { refused: `written by ${identity.ref} on a runner of your own, which may keep what another job left` };
  return 'tree';
}
