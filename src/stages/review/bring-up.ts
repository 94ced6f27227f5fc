import { Superseded } from '../../errors.ts';
import { runsToEnd } from '../../objects/hooks.ts';
import type { Images } from '../../objects/images.ts';
import { ANNOTATIONS, FIELD_MANAGER } from '../../objects/names.ts';
import { databaseTitle } from '../../plan/review/database/database.ts';
import { storageOf } from '../../plan/review/database/kept.ts';
import { isSeedName } from '../../plan/review/database/seed-objects.ts';
import type { Place } from '../../plan/review/environment/queue.ts';
import type { KubeObject } from '../../ports.ts';
import type { Step } from '../../stage-result.ts';
import { carryOut } from '../apply/carry-out.ts';
import type { Checked } from '../apply/check.ts';
import type { RollOutReport } from '../apply/request.ts';
import { inPool } from '../pool.ts';
import { note, seededWith } from './database/database.ts';
import { makeDatabase } from './database/make.ts';
import { resetDatabase } from './database/reset.ts';
import { annotate } from './environment/annotate.ts';
import { underEnvironmentLease } from './environment/environment-lease.ts';
import { removeStalePullSecret } from './environment/pull-secret.ts';
import { NOT_QUEUED } from './environment/queue.ts';
import { removeStaleSecretEnv } from './environment/secret-env.ts';
import { resolveReviewImages } from './image.ts';
import { openedSite } from './opened-site.ts';
import { noteObjects, pruneObjects } from './own-objects/inventory.ts';
import { partsOf, podsWords } from './own-objects/parts.ts';
import { renderOwn } from './own-objects/render.ts';
import { type Prepared, prepare } from './prepare.ts';
import { readPullRequest } from './pull-request.ts';
import { answersNow, reached, withIngress } from './url/locate-ingress.ts';
import { removeStaleIngress } from './url/stale-ingress.ts';
import { refuseTakenHost } from './url/taken-host.ts';
import type { ReviewSite, Unopened, Work } from './work.ts';

/** Kinds that serve requests. */
const WORKLOADS = new Set(['Deployment', 'StatefulSet']);

/**
 * Creates or updates the environment. If it throws, the previous version keeps serving.
 * @returns the position in the queue; undefined: it has a place
 */
export async function bringUp(unopened: Unopened): Promise<Place | undefined> {
  const { ports, ...rest } = unopened;
  const { plan, steps, update, commit } = rest;
  const images = await steps.run('image', () => resolveReviewImages(plan, commit, ports));
  update({ images });
  const site = await steps.run('cluster', () => openSite(unopened));
  const work = await withIngress({ ...rest, site });
  await refuseTakenHost(work.plan, site);
  const own = await renderOwn(work, images);
  const place = await underEnvironmentLease({ ...work, own }, (held, namespace) => write(held, images, namespace));
  if (place) return place;
  update({ answers: true });
  return undefined;
}

/**
 * Checks again that this commit is the head of an open pull request.
 * @throws Superseded otherwise
 */
async function stillMeant({ plan, site, commit }: Work): Promise<void> {
  const now = await readPullRequest({ ...plan, commit }, site);
  if (now.kind === 'closed') throw new Superseded(`pull request #${plan.owner.number} was closed meanwhile`);
}

/** Notes this deploy and its use on the namespace. */
async function claimed({ plan, site }: Work, prepared: Prepared): Promise<void> {
  const { uid } = prepared.incarnation;
  const { metadata } = await site.cluster.apply(prepared.namespace, { fieldManager: FIELD_MANAGER, uid });
  const usedAt = new Date(site.clock.now()).toISOString();
  const use = { [ANNOTATIONS.usedAt]: usedAt, [ANNOTATIONS.asleep]: undefined, ...NOT_QUEUED };
  await annotate(plan.namespace, metadata.uid, () => use, site.cluster);
}

async function write(work: Work, images: Images, namespace: KubeObject): Promise<void> {
  const { plan, steps, update } = work;
  const valid = await steps.run('validate', () => prepare(work, images, namespace));
  // Waiting for an old namespace or for another run can take minutes.
  await steps.run('pull request', () => stillMeant(work));
  work.begin();
  const prepared = plan.resetDatabase ? await reset(work, images, namespace) : valid;
  await steps.run('namespace', () => claimed(work, prepared));
  update({ expiresAt: work.expiresAt, ...(await earlierVersion(work, prepared)) });
  const seeded = await steps.run(plan.database ? 'database' : 'environment', () => backing(work, prepared));
  await app(work, seeded ? withoutSeed(prepared) : prepared);
  // The previous version no longer runs.
  update({ answers: false });
  await steps.run('url', () => reached(work));
}

/** Resets the database only after everything of the run is valid. */
async function reset(work: Work, images: Images, namespace: KubeObject): Promise<Prepared> {
  const { plan, site, steps } = work;
  await steps.run('reset', () => resetDatabase(plan, site));
  return prepare({ ...work, plan: { ...plan, resetDatabase: false } }, images, namespace);
}

async function openSite({ ports, update }: Unopened): Promise<ReviewSite> {
  const site = await openedSite(ports);
  update({ cluster: site.cluster.name });
  return site;
}

/** Asks the URL once whether an earlier version answers; only if one was deployed. */
async function earlierVersion(work: Work, { app }: Prepared): Promise<{ answers: boolean }> {
  const deployed = app.objects.some(({ object, live }) => WORKLOADS.has(object.kind) && live !== undefined);
  return { answers: deployed && (await answersNow(work)) };
}

/**
 * Isolation, database and services, ready before the app.
 * @returns the database holds its seed already
 */
async function backing(work: Work, prepared: Prepared): Promise<boolean> {
  const { plan, site, update } = work;
  const { database } = plan;
  const made = database && (await makeDatabase(work, prepared, database));
  if (made) update({ database: made });
  finish(await carryOut(prepared.backing, site));
  if (work.fork && Object.keys(plan.secretEnv).length > 0) {
    update(({ notes }) => ({ notes: [...notes, 'Code of a fork gets no secrets: review.secretEnv is left out.'] }));
  }
  const parts = [
    ...(database ? [{ name: 'database', what: databaseTitle(database) }] : []),
    ...plan.services.map(({ name, engine, image }) => ({ name, what: engine ?? image })),
  ];
  update({ parts });
  update(({ notes }) => ({ notes: [...notes, ...keptNotes(plan, prepared)] }));
  return (
    made?.data === 'seeded' || (made?.data === 'kept' && !!prepared.live && seededWith(prepared.live) !== undefined)
  );
}

/** The settings of slipway.yml that an existing database does not take over. */
function keptNotes({ seed, database }: Work['plan'], { live, unseeded }: Prepared): string[] {
  if (live === undefined || database === undefined) return [];
  const size = storageOf(live.statefulSet);
  const seeded = seededWith(live);
  return [
    ...(seed && !unseeded && seeded !== seed.hash && seeded !== 'template'
      ? [
          seeded === undefined
            ? `This database was there before: ${seed.path} is loaded into a new one alone, and its data is kept as it is.`
            : `${seed.path} has changed since this database was seeded: its data is kept as it is.`,
        ]
      : []),
    ...(size !== undefined && database.server === undefined && size !== database.storage
      ? [`The database keeps its volume of ${size}: a new size counts for new environments.`]
      : []),
  ];
}

/** Migrates, seeds a new database and rolls the app out. */
async function app({ plan, site, steps, update, fork }: Work, prepared: Prepared): Promise<void> {
  const all = [...prepared.app.objects, ...hooksOf(prepared)].map(({ object }) => object);
  const objects = all.filter(({ metadata }) => !isSeedName(metadata.name));
  const before = await noteObjects(plan, objects, site);
  const report = await carryOut(prepared.app, site);
  steps.list.push(...report.steps.map(stepOf));
  if (prepared.unseeded && plan.seed && plan.database && hasSeeded(report)) {
    await note('seeded', plan.seed.hash, plan.database, plan.namespace, site.cluster);
    update((state) => ({ database: state.database && { ...state.database, data: 'seeded' } }));
  }
  finish(report);
  const stale = [
    () => removeStaleIngress(plan, objects, site),
    () => removeStalePullSecret(plan, site),
    () => removeStaleSecretEnv(plan, fork, site.cluster),
  ];
  await inPool(stale, (remove) => remove());
  await steps.run('prune', () => pruneObjects(plan, before, objects, site));
  update((state) => ({ parts: [...(plan.own ? partsOf(objects) : appParts(plan.app)), ...state.parts] }));
}

/** The hooks of a chart that stay: Jobs and Pods come and go. */
function hooksOf({ app: { hooks } }: Prepared): Checked[] {
  const all = [...(hooks?.pre ?? []), ...(hooks?.post ?? [])].map(({ checked }) => checked);
  return all.filter(({ object }) => !runsToEnd(object));
}

function appParts({ processes, crons }: Work['plan']['app']) {
  return [
    ...processes.map(({ name, replicas }) => ({ name, what: podsWords(replicas) })),
    ...crons.map(({ name, component, suspend, schedule }) => ({
      name,
      cron: component,
      what: suspend ? 'a cron, suspended' : `a cron, ${schedule}`,
    })),
  ];
}

/** A copy of a template came with its seed, and a database that a failed reset kept has its own. */
function withoutSeed(prepared: Prepared): Prepared {
  const jobs = prepared.app.jobs.filter(({ object }) => !isSeedName(object.metadata.name));
  return { ...prepared, app: { ...prepared.app, jobs } };
}

function hasSeeded(report: RollOutReport): boolean {
  return report.objects.some(({ ref, outcome }) => isSeedName(ref.name) && ref.kind === 'Job' && outcome === 'ready');
}

/** Names the steps of a rollout for the summary of a review environment. */
function stepOf({ name, ms, job }: Step): Step {
  if (job !== undefined) return { name: isSeedName(job) ? 'seed' : 'migrate', ms };
  return { name: `app: ${name}`, ms };
}

function finish(report: RollOutReport): void {
  if (report.error) throw report.error;
}
