import { ANNOTATIONS } from '../../../objects/names.ts';
import { refOf, shortName } from '../../../objects/ref.ts';
import { PART_LABEL } from '../../../plan/review/environment/owner.ts';
import type { Cluster, Kind, KubeObject, ObjectRef } from '../../../ports.ts';
import { hasEnded } from '../../../readiness/job.ts';
import { carryOut } from '../../apply/carry-out.ts';
import { requestFor } from '../../apply/request.ts';
import type { Site } from '../../site.ts';
import { unlessForbidden } from '../../unless-refused.ts';
import { annotate, LIFE_MANAGER, update } from './annotate.ts';

const APPS = 'apps/v1';
const KINDS: Kind[] = [
  { apiVersion: APPS, kind: 'StatefulSet' },
  { apiVersion: APPS, kind: 'Deployment' },
];
const CRON_JOB: Kind = { apiVersion: 'batch/v1', kind: 'CronJob' };
const JOB: Kind = { apiVersion: 'batch/v1', kind: 'Job' };
/** Milliseconds for started workloads to become ready, unless an input says otherwise. */
const READY_MS = 10 * 60_000;

/** Everything in an environment that runs pods: database, services and app. */
async function workloadsOf(namespace: string, cluster: Cluster): Promise<KubeObject[]> {
  return (await Promise.all(KINDS.map((kind) => cluster.list(kind, { namespace })))).flat();
}

/** The CronJobs of an environment; none where the account may not read them, because it could not have written any. */
export async function cronJobsOf(namespace: string, cluster: Pick<Cluster, 'list'>): Promise<KubeObject[]> {
  return unlessForbidden(() => cluster.list(CRON_JOB, { namespace }), []);
}

/**
 * Deletes Jobs that run, such as runs of crons: one without a deadline would never let the environment sleep, and a suspended one
 * would keep its cron from running again.
 */
async function endJobs(namespace: string, { cluster, log }: Pick<Site, 'cluster' | 'log'>): Promise<void> {
  const jobs = (await unlessForbidden(() => cluster.list(JOB, { namespace }), [])).filter((job) => !hasEnded(job));
  for (const job of jobs) {
    const { uid } = job.metadata;
    log.info(`${shortName(refOf(job))} still runs: it is ended, because the environment sleeps`);
    await cluster.delete(refOf(job), { propagation: 'Background', ...(uid ? { uid } : {}) });
  }
}

/** What runs the app: everything but its database and services. */
export async function appWorkloads(namespace: string, cluster: Cluster): Promise<KubeObject[]> {
  return (await workloadsOf(namespace, cluster)).filter(isApp);
}

function isApp({ metadata: { labels = {} } }: KubeObject): boolean {
  return labels[PART_LABEL] === undefined;
}

interface Place {
  name: string;
  uid: string;
}

/**
 * Scales everything to zero, suspends CronJobs, and deletes their Jobs that run; volumes stay. Notes the replicas first, so that
 * the next run can continue after this one is killed.
 * @returns false if the namespace is deleted
 */
export async function putToSleep(
  { name, uid }: Place,
  { cluster, clock, log }: Pick<Site, 'cluster' | 'clock' | 'log'>,
): Promise<boolean> {
  const [workloads, crons] = await Promise.all([workloadsOf(name, cluster), cronJobsOf(name, cluster)]);
  const running = Object.fromEntries(
    [...workloads, ...crons]
      .map((one) => [keyOf(one), replicasOf(one)] as const)
      .filter(([, replicas]) => replicas > 0),
  );
  const noted = await annotate(
    name,
    uid,
    (before) => {
      const sleeping = sleepOf(before);
      const since = sleeping?.since ?? new Date(clock.now()).toISOString();
      return { [ANNOTATIONS.asleep]: JSON.stringify({ since, replicas: { ...running, ...sleeping?.replicas } }) };
    },
    cluster,
  );
  if (noted === undefined) return false;
  await Promise.all([...workloads, ...crons].map((object) => scale(refOf(object), 0, cluster)));
  // After the schedules, which now start no other run.
  await endJobs(name, { cluster, log });
  return true;
}

/**
 * Scales everything up again, the app last, with the schedules that ran before, and waits until it is ready.
 * @throws the error of a workload that does not become ready
 */
export async function wake({ name, uid }: Place, site: Site, timeoutMs = READY_MS): Promise<void> {
  const { cluster, clock } = site;
  const annotations = (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name }))?.metadata.annotations ?? {};
  const replicas = sleepOf(annotations)?.replicas ?? {};
  const workloads = await workloadsOf(name, cluster);
  const groups = [workloads.filter((object) => !isApp(object)), workloads.filter(isApp)];
  for (const group of groups) {
    await Promise.all(
      // A failed deploy in between may have removed the note.
      group.map((object) => scale(refOf(object), replicas[keyOf(object)] ?? (replicasOf(object) || 1), cluster)),
    );
    if (group === groups.at(-1)) {
      const crons = (await cronJobsOf(name, cluster)).filter((object) => (replicas[keyOf(object)] ?? 0) > 0);
      await Promise.all(crons.map((object) => scale(refOf(object), 1, cluster)));
      // Also awake if something does not become ready: then it can be restarted, or put to sleep again.
      const usedAt = new Date(clock.now()).toISOString();
      await annotate(name, uid, () => ({ [ANNOTATIONS.asleep]: undefined, [ANNOTATIONS.usedAt]: usedAt }), cluster);
    }
    await awaitReady(name, group.map(refOf), site, timeoutMs);
  }
}

/** Restarts the workloads of the app pod by pod, and waits until the new pods are ready. */
export async function restart(namespace: string, site: Site, timeoutMs = READY_MS): Promise<void> {
  const at = new Date(site.clock.now()).toISOString();
  const refs = (await appWorkloads(namespace, site.cluster)).map(refOf);
  await Promise.all(refs.map((ref) => update(ref, site.cluster, (live) => restarted(live, at))));
  await awaitReady(namespace, refs, site, timeoutMs);
}

function restarted(live: KubeObject, at: string): KubeObject {
  const spec = live.spec as { template: { metadata?: { annotations?: Record<string, string> } } };
  const metadata = spec.template.metadata ?? {};
  const annotations = { ...metadata.annotations, 'kubectl.kubernetes.io/restartedAt': at };
  return { ...live, spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } } };
}

/** Replicas before the environment was put to sleep, by `Kind/name`; undefined: it is awake. */
function sleepOf(
  annotations: Readonly<Record<string, string>>,
): { since: string; replicas: Record<string, number> } | undefined {
  try {
    return JSON.parse(annotations[ANNOTATIONS.asleep] ?? '') as { since: string; replicas: Record<string, number> };
  } catch {
    return undefined;
  }
}

/** Sets the replicas and then gives up the ownership of the field, with which the next deploy would conflict. */
async function scale(ref: ObjectRef, replicas: number, cluster: Cluster): Promise<void> {
  await update(ref, cluster, (live) =>
    replicasOf(live) === replicas
      ? undefined
      : { ...live, spec: { ...(live.spec as object), ...wanted(live, replicas) } },
  );
  await update(ref, cluster, (live) => {
    const managed = (live.metadata.managedFields ?? []) as { manager?: string }[];
    const others = managed.filter(({ manager }) => manager !== LIFE_MANAGER);
    if (others.length === managed.length) return undefined;
    return { ...live, metadata: { ...live.metadata, managedFields: others } };
  });
}

/** Of a CronJob, 1 stands for running by its schedule. */
function wanted({ kind }: KubeObject, replicas: number): Record<string, unknown> {
  return kind === 'CronJob' ? { suspend: replicas === 0 } : { replicas };
}

/** Waits and diagnoses as a rollout does; writes nothing. */
async function awaitReady(namespace: string, refs: ObjectRef[], site: Site, deadlineMs: number): Promise<void> {
  const lives = (await Promise.all(refs.map((ref) => site.cluster.get(ref)))).filter((one) => one !== undefined);
  if (lives.length === 0) return;
  const request = requestFor(site, { namespace, objects: lives, deadlineMs, fieldManager: LIFE_MANAGER });
  const objects = lives.map((live) => ({ object: live, live, dryRun: live, changes: false }));
  const report = await carryOut({ request, objects, jobs: [], observe: true }, site);
  if (report.error) throw report.error;
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

/** Of a CronJob: 0 while it is suspended. */
export function replicasOf(object: KubeObject): number {
  const { replicas = 1, suspend } = object.spec as { replicas?: number; suspend?: boolean };
  return object.kind === 'CronJob' ? Number(suspend !== true) : replicas;
}
