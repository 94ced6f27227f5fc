import { ANNOTATIONS, FIELD_MANAGER } from '../../plan/names.ts';
import { hasNativeSleep } from '../../plan/objects/server-features.ts';
import type { Address } from '../../plan/review/database-objects.ts';
import { isolationObjects, namespaceObject } from '../../plan/review/isolation.ts';
import { reviewAppObjects } from '../../plan/review/objects.ts';
import { serviceObjects } from '../../plan/review/services.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { type CheckedRequest, check } from '../rollout/check.ts';
import type { RollOutRequest } from '../rollout/request.ts';
import {
  checkDatabase,
  databaseObjects,
  type LiveDatabase,
  readDatabase,
  refuseForeignSecret,
  seededWith,
} from './database.ts';
import { claimNamespace, namespaceRef } from './namespace.ts';
import { checkServer } from './shared/server.ts';
import type { Work } from './work.ts';

/** Milliseconds for the database and the services, which may have to pull their images first. */
const BACKING_MS = 10 * 60_000;
/** Milliseconds for migration, seed and app together. */
const APP_MS = 15 * 60_000;

/** What the API server has validated, and will be written. */
export interface Prepared {
  namespace: KubeObject;
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
 * Claims the namespace, reads what is there, and lets the API server validate everything of the run. A namespace that this
 * run has just created goes again when something is refused: then nothing was written.
 * @param image by digest
 */
export async function prepare(work: Work, cluster: Cluster, image: string): Promise<Prepared> {
  const { plan, ports } = work;
  const { namespace, created } = await claimNamespace(plan.namespace, plan.owner, cluster, ports);
  try {
    return await validated(work, cluster, image);
  } catch (error) {
    const { uid, annotations = {} } = namespace.metadata;
    // One that was never deployed to would keep a place for nothing.
    if (created || annotations[ANNOTATIONS.expiresAt] === undefined)
      await cluster.delete(namespaceRef(plan.namespace), uid === undefined ? {} : { uid });
    throw error;
  }
}

async function validated(work: Work, cluster: Cluster, image: string): Promise<Prepared> {
  const { plan, ports, commit } = work;
  const { owner, database, isolation, run } = plan;
  const live = database && (await readDatabase(plan.namespace, cluster));
  if (live) refuseForeignSecret(live, owner);
  if (live && database && !plan.resetDatabase) checkDatabase(live, database);
  const address = database?.server && (await checkServer(database.server, cluster));
  const unseeded = live !== undefined && plan.seed !== undefined && seededWith(live) === undefined;
  const namespace = namespaceObject(isolation, {
    commit,
    image,
    run,
    expiresAt: work.expiresAt,
    sleepAfter: plan.sleepAfter,
  });
  await cluster.apply(namespace, { fieldManager: FIELD_MANAGER, dryRun: true });
  const backing = [
    ...isolationObjects(isolation),
    ...(live && database ? databaseObjects(live, database, owner, plan.namespace) : []),
    ...serviceObjects(plan.services, owner, plan.namespace),
  ];
  const app = reviewAppObjects(plan, { image, nativeSleep: hasNativeSleep(await cluster.version()), unseeded });
  const request = (objects: KubeObject[], jobs: KubeObject[], deadlineMs: number): RollOutRequest => ({
    namespace: plan.namespace,
    objects,
    jobs,
    deadlineMs,
    fieldManager: FIELD_MANAGER,
    signal: ports.signal,
    onProgress: (message) => ports.log.info(message),
  });
  return {
    namespace,
    live,
    address,
    backing: await check(request(backing, [], BACKING_MS), cluster),
    app: await check(request(app.objects, app.jobs, APP_MS), cluster),
    unseeded,
  };
}
