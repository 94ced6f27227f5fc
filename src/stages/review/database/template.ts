import { messageOf } from '../../../errors.ts';
import { type Images, imageText } from '../../../objects/images.ts';
import { FIELD_MANAGER } from '../../../objects/names.ts';
import { hasNativeSleep } from '../../../objects/server-features.ts';
import { DATABASE, databaseTitle } from '../../../plan/review/database/database.ts';
import { databaseSecret } from '../../../plan/review/database/objects.ts';
import { templateJobs } from '../../../plan/review/database/shared-server/template-jobs.ts';
import type { TemplatePlan } from '../../../plan/review/database/template-plan.ts';
import { isolationObjects, namespaceObject } from '../../../plan/review/environment/isolation.ts';
import { reviewAppObjects } from '../../../plan/review/objects.ts';
import { reviewServiceObjects } from '../../../plan/review/services.ts';
import { expiresAt } from '../../../plan/review/ttl.ts';
import type { Cluster, KubeObject } from '../../../ports.ts';
import type { StageResult } from '../../../stage-result.ts';
import { requestFor } from '../../apply/request.ts';
import { rollOut } from '../../apply/roll-out.ts';
import type { Site } from '../../site.ts';
import { Steps } from '../../steps.ts';
import { claimNamespace, namespaceRef, waitUntilGone } from '../environment/namespace.ts';
import { pulling, pullSecretIn } from '../environment/pull-secret.ts';
import { reviewSecretEnv } from '../environment/secret-env.ts';
import { stopWorkloads } from '../environment/stop-workloads.ts';
import { resolveReviewImages } from '../image.ts';
import type { ReviewPorts } from '../ports.ts';
import { newPassword } from './database.ts';
import { runAdminJob } from './shared-server/admin-job.ts';
import { refuseOpenServer } from './shared-server/given-server.ts';
import { checkServer, ensureServer } from './shared-server/server.ts';

/** Milliseconds. */
const STOP_MS = 60_000;
const FILL_MS = 60 * 60_000;

/**
 * Builds the template of an app on the shared server, beside the current one, from which environments are made until the new
 * one replaces it. Existing environments keep their data. A failed build changes nothing of that, and leaves a database that
 * the next build drops: a drop here could hit the database of another run.
 * @throws what went wrong; the current template is then unchanged
 */
export async function buildTemplate(plan: TemplatePlan, ports: ReviewPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const { scene, database } = plan;
  const images = await steps.run('image', () => resolveReviewImages(scene, plan.commit, ports));
  const cluster = await steps.run('cluster', () => ports.connect());
  const site = { ...ports, cluster };
  const address = await steps.run('validate', () => checkServer(database.server, cluster));
  await steps.run('server', () => ensureServer(database, site, true));
  const uid = await steps.run('namespace', () => scratch(plan, images, site));
  let removing: Promise<void> | undefined;
  const removed = () => {
    removing ??= steps.run('remove', () => remove(plan, uid, site));
    return removing;
  };
  try {
    const password = newPassword(ports.log);
    const seed = scene.seed?.hash ?? '';
    const jobs = templateJobs(database, scene.owner, scene.namespace, password, seed);
    await cluster.apply(databaseSecret(database, scene.owner, scene.namespace, password, address), {
      fieldManager: FIELD_MANAGER,
    });
    await steps.run('begin', async () => refuseOpenServer(await runAdminJob(jobs.begin, site), database.server));
    await steps.run('fill', () => fill(plan, images, site));
    await steps.run('seal', () => write([], [jobs.seal], scene, site));
    // The namespace is removed during the swap. If both fail, the error of the swap is reported.
    const [swapped, gone] = await Promise.allSettled([
      steps.run('swap', () => runAdminJob(jobs.finish, site)),
      removed(),
    ]);
    if (swapped.status === 'rejected') throw swapped.reason;
    if (gone.status === 'rejected') throw gone.reason;
    return result(plan, images, swapped.value, cluster, steps);
  } catch (error) {
    await removed().catch((other: unknown) => {
      if (other !== error) ports.log.warning(`namespace ${scene.namespace} was not removed: ${messageOf(other)}`);
    });
    throw error;
  }
}

/** Prepares the namespace of the pods that fill the database, and removes what a killed run has left in it. */
async function scratch({ scene, commit }: TemplatePlan, images: Images, site: Site): Promise<string | undefined> {
  const { cluster, clock } = site;
  const { namespace, owner, isolation, run, ttlMs } = scene;
  const claimed = await claimNamespace(namespace, owner, site);
  await stopWorkloads(namespace, site, STOP_MS);
  await cluster.delete({ apiVersion: 'v1', kind: 'Secret', name: DATABASE, namespace });
  const facts = { commit, images, run, expiresAt: expiresAt(clock.now(), ttlMs) };
  await cluster.apply(namespaceObject(isolation, facts), { fieldManager: FIELD_MANAGER });
  return claimed.metadata.uid;
}

/** Runs dump, migration and seed, as in a new environment; the app itself does not run. */
async function fill(
  { scene }: TemplatePlan,
  images: Images,
  site: Site & Pick<ReviewPorts, 'variables'>,
): Promise<void> {
  const known = { images, nativeSleep: hasNativeSleep(await site.cluster.version()), unseeded: true };
  const { objects, jobs } = reviewAppObjects(scene, known);
  const secretEnv = await reviewSecretEnv(scene, { fork: false, images }, site);
  const backing = [
    ...isolationObjects(scene.isolation),
    ...(await pullSecretIn(scene, images, site)),
    ...secretEnv.objects,
    ...reviewServiceObjects(scene.services, scene.owner, scene.namespace),
  ];
  const files = objects.filter(({ kind }) => kind === 'ConfigMap');
  await write(pulling(scene, [...backing, ...files]), [], scene, site);
  await write([], pulling(scene, secretEnv.into(jobs)), scene, site);
}

async function write(
  objects: KubeObject[],
  jobs: KubeObject[],
  { namespace }: TemplatePlan['scene'],
  site: Site,
): Promise<void> {
  const report = await rollOut(requestFor(site, { namespace, objects, jobs, deadlineMs: FILL_MS }), site);
  if (report.error) throw report.error;
}

async function remove({ scene }: TemplatePlan, uid: string | undefined, site: Site): Promise<void> {
  const { namespace } = scene;
  // A cancelled run has no time to wait; the next one removes what is left.
  await site.cluster.delete(namespaceRef(namespace), uid === undefined ? {} : { uid });
  if (!site.signal.aborted) await waitUntilGone(namespace, uid, site);
}

function result(plan: TemplatePlan, images: Images, size: string, cluster: Cluster, steps: Steps): StageResult {
  const { server } = plan.database;
  const rows: [string, string][] = [
    ['Template', server.template.template],
    ['Size', size],
    ['Server', `${server.namespace}/${server.name} (${databaseTitle(plan.database)})`],
    ['Seed', plan.scene.seed?.path ?? ''],
    ['Image', imageText(images)],
    ['Cluster', cluster.name],
  ];
  return {
    stage: 'review-environment',
    outcome: 'succeeded',
    headline: `the template of ${plan.scene.owner.app} is built (${size}): new review environments begin with a copy of it`,
    outputs: { url: '', state: 'ready', namespace: '', 'expires-at': '' },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [{ kind: 'facts', rows }],
    annotations: [],
  };
}
