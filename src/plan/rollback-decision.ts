import { type Release, releaseId } from '../objects/release.ts';

/** How far a failed rollout had come. */
export interface FailedRollout {
  outcome: 'failed' | 'timed-out' | 'unknown' | 'cancelled';
  wrote: boolean;
  /** The workloads were written: its migration, if it has one, has run to its end. */
  wroteWorkloads: boolean;
}

/** `remedy`: what to do where the environment stays with a release that failed. */
export type RollbackDecision = { to: Release } | { stay: string; remedy?: string };

/**
 * Whether a failed or cancelled rollout goes back by itself, and to which release; or why it does not. Old code over a schema that it
 * does not know can destroy data: after a migration that is not declared reversible a person decides.
 */
export function decideRollback(
  failed: FailedRollout,
  release: Release,
  good: Release | undefined,
  onFailure: 'rollback' | 'leave',
): RollbackDecision {
  if (!failed.wrote) return { stay: 'nothing was written' };
  if (failed.outcome === 'unknown') return { stay: 'not rolled back: what is in the cluster is not known' };
  if (onFailure === 'leave') {
    const goesOn = failed.outcome === 'cancelled' ? ', and Kubernetes goes on with it' : '';
    return { stay: `not rolled back (on-failure: leave): what was written stays${goesOn}` };
  }
  if (good === undefined) {
    return {
      stay: 'there is nothing to roll back to: no release of it has worked yet. What was written stays, to be looked at',
    };
  }
  if (good.hash === release.hash)
    return { stay: `not rolled back: ${releaseId(good)}, the last good release, is the same` };
  const migrated = release.migration !== undefined && release.migration !== good.migration;
  const hooked = release.hooks !== undefined && release.hooks !== good.hooks;
  if ((migrated || hooked) && failed.wroteWorkloads && !release.reversible) {
    const what = migrated ? 'the migration of this release has' : 'hooks of this release that may change a schema have';
    return {
      stay: `not rolled back to ${releaseId(good)}: ${what} run, and deploy.reversible does not say that the previous version works on the schema`,
      remedy: `Slipway did not roll back, because ${what} run. If the previous version works on the new schema, deploy its image again now, and set \`deploy.reversible: true\` in slipway.yml for the next time.`,
    };
  }
  return { to: good };
}
