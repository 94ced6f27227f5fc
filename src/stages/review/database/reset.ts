import { EnvironmentError, TimedOut } from '../../../errors.ts';
import { refOf, shortName } from '../../../objects/ref.ts';
import { DATABASE } from '../../../plan/review/database/database.ts';
import { exactSelector } from '../../../plan/review/environment/owner.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Site } from '../../site.ts';
import { stopWorkloads } from '../environment/stop-workloads.ts';
import { forget, madeFrom } from './database.ts';
import { dropDatabases, dropError, findDatabases } from './shared-server/drop.ts';

/** Milliseconds. */
const PATIENCE_MS = 3 * 60_000;

/**
 * Removes an environment's database, so that bringing it up starts with an empty one, all migrations, the seed and a new
 * password. Workloads and Jobs are removed too: the app must not write into a database without tables, caches hold old data,
 * and finished Jobs would count as done. The run must have claimed the namespace (`claimNamespace`).
 * @throws TimedOut with the names of the remaining objects; running it again is safe
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
  // A run that is killed here leaves a Secret without `made`: the next deploy queries the server.
  const secret = await site.cluster.get({ apiVersion: 'v1', kind: 'Secret', name: DATABASE, namespace });
  if (secret && madeFrom({ secret }) !== undefined) await forget('made', secret, site.cluster);
  const error = dropError(await dropDatabases(await findDatabases(exactSelector(owner), site.cluster), site));
  if (error) {
    throw new EnvironmentError(`the database was not reset: ${error.message}`, {
      details: [...error.details, ...(error.remedy ? [error.remedy] : [])],
      remedy:
        'Then run `operation: reset-database` again (/review reset-database): a deploy without it keeps the old data.',
      cause: error,
    });
  }
  // Only now: without it the next deploy would take a database that could not be dropped for one of its own making.
  await site.cluster.delete({ apiVersion: 'v1', kind: 'Secret', name: DATABASE, namespace });
}
