import { messageOf } from '../../errors.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import { hasNativeSleep } from '../../objects/server-features.ts';
import type { Address } from '../../plan/review/database/objects.ts';
import type { Incarnation } from '../../plan/review/database/shared-server/jobs.ts';
import { isolationObjects, namespaceObject } from '../../plan/review/environment/isolation.ts';
import { reviewAppObjects } from '../../plan/review/objects.ts';
import { serviceObjects } from '../../plan/review/services.ts';
import type { KubeObject } from '../../ports.ts';
import { type CheckedRequest, check } from '../apply/check.ts';
import { requestFor } from '../apply/request.ts';
import {
  checkDatabase,
  databaseObjects,
  type LiveDatabase,
  readDatabase,
  refuseForeignSecret,
} from './database/database.ts';
import { isUnseeded } from './database/needs-seed.ts';
import { checkServer } from './database/shared-server/server.ts';
import { makeRoom } from './environment/quota.ts';
import { reclaimNamespace } from './environment/reclaim-namespace.ts';
import { loginFor } from './url/access.ts';
import type { Work } from './work.ts';

/** Milliseconds for the database and the services, whose images the nodes may have to pull. */
const BACKING_MS = 10 * 60_000;
/** Milliseconds for migration, seed and app together. */
const APP_MS = 15 * 60_000;

/** What the API server has validated, and will be written. */
export interface Prepared {
  namespace: KubeObject;
  /** The very namespace that it is for: one that was removed meanwhile is not brought back. */
  incarnation: Incarnation;
  /** The database as it was before. */
  live: LiveDatabase | undefined;
  /** Where the shared server is, if it is on one. */
  address: Address | undefined;
  /** What the app stands on. */
  backing: CheckedRequest;
  app: CheckedRequest;
  /** The database waits for its seed. */
  unseeded: boolean;
}

/**
 * Reads what is there, and lets the API server validate everything of the run. To be called under the lease. A namespace in
 * which nothing was ever deployed goes again when something is refused: then nothing was written.
 * @param image by digest
 * @param place the namespace: what is written there is for this very one
 */
export async function prepare(work: Work, image: string, place: KubeObject): Promise<Prepared> {
  try {
    return await validated(work, image, place);
  } catch (error) {
    await reclaimUnused(work, place.metadata.uid);
    throw error;
  }
}

/** Never rejects: what was refused is what people have to know. */
async function reclaimUnused({ plan, site }: Work, uid: string | undefined): Promise<void> {
  if (site.signal.aborted) return;
  try {
    await reclaimNamespace({ name: plan.namespace, uid, owner: plan.owner }, site.cluster);
  } catch (error) {
    site.log.info(`namespace ${plan.namespace} stays for now: ${messageOf(error)}`);
  }
}

async function validated(work: Work, image: string, place: KubeObject): Promise<Prepared> {
  const { plan, site, commit } = work;
  const { cluster } = site;
  const { owner, database, isolation, run } = plan;
  const live = database && (await readDatabase(plan.namespace, cluster));
  if (live) refuseForeignSecret(live, owner);
  if (live && database && !plan.resetDatabase) checkDatabase(live, database);
  const address = database?.server && (await checkServer(database.server, cluster));
  const unseeded = live !== undefined && (await isUnseeded(live, plan, cluster));
  if ((isolation.loadBalancers ?? 0) > 0) await makeRoom(isolation, site);
  const { expiresAt } = work;
  const namespace = namespaceObject(isolation, { commit, image, run, expiresAt, sleepAfter: plan.sleepAfter });
  const { uid = '', creationTimestamp: since = '' } = place.metadata;
  await cluster.apply(namespace, { fieldManager: FIELD_MANAGER, dryRun: true, uid });
  const backing = [
    ...isolationObjects(isolation),
    ...(live && database ? databaseObjects(live, database, owner, plan.namespace) : []),
    ...serviceObjects(plan.services, owner, plan.namespace),
  ];
  const nativeSleep = hasNativeSleep(await cluster.version());
  const app = reviewAppObjects(plan, { image, nativeSleep, unseeded, login: loginFor(plan, site.credentials) });
  const { namespace: name } = plan;
  return {
    namespace,
    incarnation: { name: plan.namespace, uid, since },
    live,
    address,
    backing: await check(
      requestFor(site, { namespace: name, objects: backing, deadlineMs: plan.timeoutMs ?? BACKING_MS }),
      cluster,
    ),
    app: await check(requestFor(site, { namespace: name, ...app, deadlineMs: plan.timeoutMs ?? APP_MS }), cluster),
    unseeded,
  };
}
