import { EnvironmentError, TimedOut } from '../../../errors.ts';
import { refOf, shortName } from '../../../objects/ref.ts';
import { DATABASE } from '../../../plan/review/database/database.ts';
import { exactSelector } from '../../../plan/review/environment/owner.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Site } from '../../site.ts';
import { stopWorkloads } from '../environment/stop-workloads.ts';
import { dropDatabases, errorOf, findDatabases } from './shared-server/drop.ts';

/** Milliseconds. */
const PATIENCE_MS = 3 * 60_000;

/**
 * Takes an environment's database away, so that bringing it up begins anew: with an empty database, all migrations, the
 * seed and a new password. Everything that runs goes with it: the app must not write into a database without tables, caches
 * hold what is gone, and the Jobs' traces say that they have run. The namespace must have been claimed (`claimNamespace`).
 * @throws TimedOut, naming what does not go; running it again is safe
 */
export async function resetDatabase(
  { namespace, owner }: Pick<ReviewUpPlan, 'namespace' | 'owner'>,
  site: Site,
): Promise<void> {
  site.log.info(`resetting the database: everything in it is lost`);
  const left = await stopWorkloads(namespace, site, PATIENCE_MS);
  if (left.length > 0) {
    throw new TimedOut(`the old database is still being removed after ${PATIENCE_MS / 60_000} min`, {
      details: left.map((object) => `${shortName(refOf(object))} is still there`),
      remedy: `See what keeps it (kubectl --namespace ${namespace} get pods,persistentvolumeclaims), then run this again.`,
    });
  }
  // It says of a database on a shared server that it was made. Should this run end here, the next one looks, and gives it a new
  // password; after the drop, it would not make it again.
  await site.cluster.delete({ apiVersion: 'v1', kind: 'Secret', name: DATABASE, namespace });
  const error = errorOf(await dropDatabases(await findDatabases(exactSelector(owner), site.cluster), site));
  if (error) {
    throw new EnvironmentError(`the database was not reset: ${error.message}`, {
      details: [...error.details, ...(error.remedy ? [error.remedy] : [])],
      remedy:
        'Then run `operation: reset-database` again (/review reset-database): a deploy without it keeps the old data.',
      cause: error,
    });
  }
}
