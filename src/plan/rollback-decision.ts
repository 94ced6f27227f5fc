import { type Release, releaseId } from '../objects/release.ts';
import type { SchemaVerdict } from './schema-verdict.ts';

/** The progress of a failed rollout. */
export interface FailedRollout {
  outcome: 'failed' | 'timed-out' | 'unknown' | 'cancelled';
  wrote: boolean;
  /** Slipway has written the workloads: the migration, if any, has succeeded. */
  wroteWorkloads: boolean;
}

/** `why`: what makes the way back safe. `remedy`: what to do if the environment stays on a failed release. */
export type RollbackDecision = { to: Release; why?: string } | { stay: string; remedy?: string };

/**
 * The release to which Slipway rolls back a failed or cancelled rollout, or why it does not. Old code on an unknown schema can
 * destroy data: after a migration that is not declared reversible and did not leave the schema as it was, a person decides.
 */
export function decideRollback(
  failed: FailedRollout,
  release: Release,
  good: Release | undefined,
  onFailure: 'rollback' | 'leave',
  schema: SchemaVerdict = 'unknown',
): RollbackDecision {
  if (!failed.wrote) return { stay: 'nothing was written' };
  if (failed.outcome === 'unknown') return { stay: 'not rolled back: the state of the cluster is unknown' };
  if (onFailure === 'leave') {
    const goesOn = failed.outcome === 'cancelled' ? ', and Kubernetes continues the rollout' : '';
    return { stay: `not rolled back (on-failure: leave): the written objects stay${goesOn}` };
  }
  if (good === undefined) {
    return {
      stay: 'not rolled back: no release has succeeded yet. The written objects stay for a diagnosis',
    };
  }
  if (good.hash === release.hash)
    return { stay: `not rolled back: ${releaseId(good)}, the last good release, is the same` };
  const migrated = release.migration !== undefined && release.migration !== good.migration;
  const hooked = release.hooks !== undefined && release.hooks !== good.hooks;
  if ((migrated || hooked) && failed.wroteWorkloads && !release.reversible) {
    if (!hooked && schema === 'as-before')
      return { to: good, why: 'the migration of this release left the schema as it was' };
    const run = schema === 'changed' ? 'run and changed the schema' : 'run';
    const what = migrated
      ? `the migration of this release has ${run}`
      : 'hooks of this release that may change a schema have run';
    const unknown = migrated && !hooked && schema === 'unknown';
    return {
      stay: `not rolled back to ${releaseId(good)}: ${what}, and deploy.reversible does not say that the previous version works on the schema`,
      remedy: `Slipway did not roll back, because ${what}. If the previous version works on the new schema, deploy its image again now, and set \`deploy.reversible: true\` in slipway.yml for the next time.${unknown ? ' With `deploy.schemaVersion`, a command that prints the version of the schema, Slipway rolls back after a migration that changed nothing.' : ''}`,
    };
  }
  return { to: good };
}
