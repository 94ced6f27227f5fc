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

/**
 * Refuses a job of a called workflow that asks for more than the job which calls it, as GitHub refuses the whole run.
 * @param caller declared by the calling job
 */
export function refuseWidening(job: string, asked: Permissions | undefined, caller: Permissions | undefined): void {
  if (typeof asked === 'string' || typeof caller === 'string')
    throw new Error('read-all and write-all are not known here');
  const order = ['none', 'read', 'write'];
  for (const [name, level] of Object.entries(asked ?? {})) {
    const allowed = caller?.[name] ?? 'none';
    if (order.indexOf(level) > order.indexOf(allowed)) {
      throw new Error(
        `The nested job '${job}' is requesting '${name}: ${level}', but is only allowed '${name}: ${allowed}'`,
      );
    }
  }
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
