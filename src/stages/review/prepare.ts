import { messageOf } from '../../errors.ts';
import { dueHooks, withHookObjects } from '../../objects/hooks.ts';
import type { Images } from '../../objects/images.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import { hasNativeSleep } from '../../objects/server-features.ts';
import type { Address } from '../../plan/review/database/objects.ts';
import type { Incarnation } from '../../plan/review/database/shared-server/jobs.ts';
import { isolationObjects, namespaceObject } from '../../plan/review/environment/isolation.ts';
import { type Known, reviewAppObjects } from '../../plan/review/objects.ts';
import { refuseReadPullSecret } from '../../plan/review/pull-secret.ts';
import { reviewServiceObjects } from '../../plan/review/services.ts';
import type { KubeObject } from '../../ports.ts';
import { type CheckedRequest, check } from '../apply/check.ts';
import { checkHooks } from '../apply/check-hooks.ts';
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
import { pulling, pullSecretIn } from './environment/pull-secret.ts';
import { makeRoom } from './environment/quota.ts';
import { reclaimNamespace } from './environment/reclaim-namespace.ts';
import { reviewSecretEnv } from './environment/secret-env.ts';
import { type EnvironmentApp, ownApp } from './own-objects/objects.ts';
import { renderedNow } from './own-objects/render.ts';
import { loginFor } from './url/access.ts';
import type { Work } from './work.ts';

/** Milliseconds for the database and the services, whose images the nodes may have to pull. */
const BACKING_MS = 10 * 60_000;
/** Milliseconds for migration, seed and app together. */
const APP_MS = 15 * 60_000;

/** What the API server validated and will store. */
export interface Prepared {
  namespace: KubeObject;
  /** The namespace by its uid: the run does not create it again if it is removed meanwhile. */
  incarnation: Incarnation;
  /** The database before this run. */
  live: LiveDatabase | undefined;
  /** Address of the shared server; undefined: the database has a server of its own. */
  address: Address | undefined;
  /** What the app needs: isolation, database, services. */
  backing: CheckedRequest;
  app: CheckedRequest;
  /** The database is not seeded yet. */
  unseeded: boolean;
}

/**
 * Reads the present state, and has the API server validate every object of the run. Requires the lease. If something is
 * refused, deletes a namespace to which nothing was ever deployed.
 * @param images by digest
 * @param place the namespace; writes apply to this uid only
 */
export async function prepare(work: Work, images: Images, place: KubeObject): Promise<Prepared> {
  try {
    return await validated(work, images, place);
  } catch (error) {
    await reclaimUnused(work, place.metadata.uid);
    throw error;
  }
}

/** Never rejects, so that the run reports the error of the refusal. */
async function reclaimUnused({ plan, site }: Work, uid: string | undefined): Promise<void> {
  if (site.signal.aborted) return;
  try {
    await reclaimNamespace({ name: plan.namespace, uid, owner: plan.owner }, site.cluster);
  } catch (error) {
    site.log.info(`namespace ${plan.namespace} was not deleted: ${messageOf(error)}`);
  }
}

async function validated(work: Work, images: Images, place: KubeObject): Promise<Prepared> {
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
  const namespace = namespaceObject(isolation, { commit, images, run, expiresAt, sleepAfter: plan.sleepAfter });
  const { uid = '', creationTimestamp: since = '' } = place.metadata;
  await cluster.apply(namespace, { fieldManager: FIELD_MANAGER, dryRun: true, uid });
  const secretEnv = await reviewSecretEnv(plan, { fork: work.fork, images }, site);
  const nativeSleep = hasNativeSleep(await cluster.version());
  const login = loginFor(plan, site.credentials);
  const app = await appOf(work, { images, nativeSleep, unseeded, commit, login });
  const backing = [
    ...isolationObjects({ ...isolation, exposed: app.exposed }),
    ...(await pullSecretIn(plan, images, site)),
    ...secretEnv.objects,
    ...(live && database ? databaseObjects(live, database, owner, plan.namespace) : []),
    ...reviewServiceObjects(plan.services, owner, plan.namespace),
  ];
  refuseReadPullSecret([...app.objects, ...app.jobs, ...dueHooks(app.hooks)]);
  const into = (objects: readonly KubeObject[]) => pulling(plan, secretEnv.into(objects));
  const { namespace: name } = plan;
  return {
    namespace,
    incarnation: { name: plan.namespace, uid, since },
    live,
    address,
    backing: await check(
      requestFor(site, { namespace: name, objects: pulling(plan, backing), deadlineMs: plan.timeoutMs ?? BACKING_MS }),
      cluster,
    ),
    app: await checkApp(work, {
      objects: into(app.objects),
      jobs: into(app.jobs),
      hooks: withHookObjects(app.hooks, (object) => into([object])[0] ?? object),
    }),
    unseeded,
  };
}

/** The app as slipway.yml describes it, or as the team's own objects do. */
async function appOf(work: Work, known: Known): Promise<EnvironmentApp> {
  const { plan } = work;
  if (plan.own !== undefined) return ownApp(work, await renderedNow(work, plan.own), known);
  const none = { pre: [], post: [], left: [] };
  return { ...reviewAppObjects(plan, known), hooks: none, exposed: [...plan.isolation.exposed] };
}

async function checkApp(
  { plan, site }: Work,
  { objects, jobs, hooks }: Pick<EnvironmentApp, 'objects' | 'jobs' | 'hooks'>,
): Promise<CheckedRequest> {
  const { namespace } = plan;
  const request = requestFor(site, { namespace, objects, jobs, deadlineMs: plan.timeoutMs ?? APP_MS });
  const checked = await check(request, site.cluster);
  if (dueHooks(hooks).length === 0) return checked;
  return { ...checked, hooks: await checkHooks(hooks, request, site.cluster) };
}
