import { databaseTitle, type PlannedDatabase } from '../../../plan/review/database/database.ts';
import type { OnServer } from '../../../plan/review/database/shared-server/server-objects.ts';
import type { ReviewState } from '../../../report/review-state.ts';
import type { Prepared } from '../prepare.ts';
import type { Work } from '../work.ts';
import { forget, madeFrom, makePassword, note, seededWith } from './database.ts';
import { provision } from './shared-server/provision.ts';
import { ensureServer } from './shared-server/server.ts';

/**
 * Makes what the database of an environment needs besides its objects: its password, and on a shared server the database
 * itself. What exists is kept.
 * @returns what the comment and the summary report
 */
export async function makeDatabase(
  work: Work,
  prepared: Prepared,
  database: PlannedDatabase,
): Promise<NonNullable<ReviewState['database']>> {
  const { plan, site } = work;
  const live = prepared.live ?? { secret: undefined, claim: undefined, statefulSet: undefined };
  const title = databaseTitle(database);
  const seed = plan.seed?.path;
  if (!isShared(database)) {
    await makePassword(live, database, plan.owner, plan.namespace, site);
    return { title, data: live.claim === undefined ? 'new' : 'kept', seed };
  }
  const shared = `${title} on the shared server`;
  const password = await makePassword(live, database, plan.owner, plan.namespace, site, prepared.address);
  if (madeFrom(live) !== undefined) return { title: shared, data: 'kept', seed };
  const running = await ensureServer(database, site, false);
  const made = { environment: prepared.incarnation, password };
  const { from, seeded } = await provision(running, plan.owner, made, site);
  if (seeded) await note('seeded', 'template', database, plan.namespace, site.cluster);
  // A reset was killed after its drop: the Secret still says that the database before was seeded.
  else if (from !== 'kept' && live.secret && seededWith(live)) await forget('seeded', live.secret, site.cluster);
  await note('made', from, database, plan.namespace, site.cluster);
  if (seeded) return { title: shared, data: 'seeded', seed: 'the template' };
  // Kept: a run was killed before it noted `made`, or the drop of a reset failed.
  return { title: shared, data: from === 'kept' ? 'kept' : 'new', seed };
}

function isShared(database: PlannedDatabase): database is OnServer {
  return database.server !== undefined;
}
