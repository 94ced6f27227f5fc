import type { Trigger } from './github-context.ts';
import type { Permissions } from './workflow-file.ts';

export type Granted = Record<string, 'read' | 'write'>;

/**
 * What the token of a job may do: the job's `permissions:`, else the workflow's, else nothing (repositories can give more;
 * our workflows must not rely on it). For a pull request from a fork, and for Dependabot, GitHub turns write into read and
 * gives no identity.
 */
export function grantedTo(workflow: Permissions | undefined, job: Permissions | undefined, trigger: Trigger): Granted {
  const asked = job ?? workflow ?? {};
  if (typeof asked === 'string') throw new Error(`permissions: ${asked} is more than any of our workflows may ask for`);
  const granted: Granted = {};
  const reduced = isUntrusted(trigger);
  for (const [name, level] of Object.entries(asked)) {
    if (level === 'none' || (reduced && name === 'id-token')) continue;
    granted[name] = reduced ? 'read' : level;
  }
  return granted;
}

interface PullRequest {
  head: { repo: { id: number } | null };
  user?: { login: string };
}

function isUntrusted({ event, payload }: Trigger): boolean {
  if (event !== 'pull_request') return false;
  const pull = payload.pull_request as unknown as PullRequest | undefined;
  return pull?.head.repo?.id !== payload.repository?.id || pull?.user?.login === 'dependabot[bot]';
}
