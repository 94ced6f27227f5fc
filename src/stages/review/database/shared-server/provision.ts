import { FIELD_MANAGER } from '../../../../objects/names.ts';
import { refOf } from '../../../../objects/ref.ts';
import {
  databaseRecord,
  dropJob,
  type Incarnation,
  provisionJob,
} from '../../../../plan/review/database/shared-server/jobs.ts';
import type { OnServer } from '../../../../plan/review/database/shared-server/server-objects.ts';
import type { Owner } from '../../../../plan/review/environment/owner.ts';
import type { KubeObject } from '../../../../ports.ts';
import { hasEnded } from '../../../../readiness/job.ts';
import type { Site } from '../../../site.ts';
import { END_MS, endJobs, INTERVAL_MS, runAdminJob } from './admin-job.ts';
import { refuseOpenServer } from './given-server.ts';

/** How a database on a shared server was made. */
export interface Made {
  from: 'template' | 'empty' | 'kept';
  /** The template contains the seed. */
  seeded: boolean;
}

/**
 * Makes the database of an environment on the shared server, from the template where there is one. Writes the record first:
 * nothing would drop a database without one.
 * @throws UserError where an operator's server is open to every role
 */
export async function provision(
  database: OnServer,
  owner: Owner,
  { environment, password }: { environment: Incarnation; password: string },
  site: Site,
): Promise<Made> {
  const record = databaseRecord(database, owner, environment);
  await endDrop(await site.cluster.get(refOf(record)), site);
  await site.cluster.apply(record, { fieldManager: FIELD_MANAGER });
  const word = await runAdminJob(provisionJob(database, owner, environment, password), site);
  refuseOpenServer(word, database.server);
  const [from, seeded] = word.split(/\s+/);
  return { from: from === 'template' || from === 'empty' ? from : 'kept', seeded: seeded === 'seeded' };
}

/**
 * A cancelled reset can have left its Job running, which would drop the database that is made now. It is waited for, and
 * never run again: a drop that failed leaves the data for this deploy.
 */
async function endDrop(record: KubeObject | undefined, site: Site): Promise<void> {
  const { cluster, clock, log, signal } = site;
  const job = record && dropJob(record);
  const read = async () => job && cluster.get(refOf(job));
  let live = await read();
  const deadline = clock.now() + END_MS;
  // The status of a Job follows its pods by seconds.
  for (let told = false; live && !hasEnded(live) && clock.now() < deadline; told = true) {
    if (!told) log.info(`the database is still being dropped by ${live.metadata.name}: waiting for that`);
    await clock.sleep(INTERVAL_MS, signal);
    live = await read();
  }
  // A finished Job would be taken for the next drop of this database.
  if (live) await endJobs([live], site);
}
