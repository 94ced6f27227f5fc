import { ANNOTATIONS } from '../../../objects/names.ts';
import { refOf } from '../../../objects/ref.ts';
import type { Cluster, Kind, KubeObject, ObjectRef } from '../../../ports.ts';
import { carryOut } from '../../apply/carry-out.ts';
import { requestFor } from '../../apply/request.ts';
import type { Site } from '../../site.ts';
import { annotate, LIFE_MANAGER, update } from './annotate.ts';

const APPS = 'apps/v1';
const KINDS: Kind[] = [
  { apiVersion: APPS, kind: 'StatefulSet' },
  { apiVersion: APPS, kind: 'Deployment' },
];
/** Milliseconds until what was started must be ready. */
const READY_MS = 10 * 60_000;

/** Everything in a namespace of ours that runs pods: the database, the services and the app. */
export async function workloadsOf(namespace: string, cluster: Cluster): Promise<KubeObject[]> {
  return (await Promise.all(KINDS.map((kind) => cluster.list(kind, { namespace })))).flat();
}

interface Place {
  name: string;
  uid: string;
}

/**
 * Scales everything to nothing; volumes stay. What ran is noted first: a run that is killed in the middle is continued by the
 * next one.
 * @returns false when the namespace is gone
 */
export async function putToSleep(
  { name, uid }: Place,
  { cluster, clock }: Pick<Site, 'cluster' | 'clock'>,
): Promise<boolean> {
  const workloads = await workloadsOf(name, cluster);
  const running = Object.fromEntries(
    workloads.map((object) => [keyOf(object), replicasOf(object)] as const).filter(([, replicas]) => replicas > 0),
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
  await Promise.all(workloads.map((object) => scale(refOf(object), 0, cluster)));
  return true;
}

/**
 * Starts everything that ran before, the app last, and waits until it is ready.
 * @throws the error of what does not become ready
 */
export async function wake({ name, uid }: Place, app: string, site: Site): Promise<void> {
  const { cluster, clock } = site;
  const annotations = (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name }))?.metadata.annotations ?? {};
  const replicas = sleepOf(annotations)?.replicas ?? {};
  const workloads = await workloadsOf(name, cluster);
  const isApp = (object: KubeObject) => object.kind === 'Deployment' && object.metadata.name === app;
  const groups = [workloads.filter((object) => !isApp(object)), workloads.filter(isApp)];
  for (const group of groups) {
    await Promise.all(
      // A deploy that failed on the way has forgotten how many there were.
      group.map((object) => scale(refOf(object), replicas[keyOf(object)] ?? (replicasOf(object) || 1), cluster)),
    );
    if (group === groups.at(-1)) {
      // What does not become ready is awake all the same: it can be restarted, and put to sleep again.
      const usedAt = new Date(clock.now()).toISOString();
      await annotate(name, uid, () => ({ [ANNOTATIONS.asleep]: undefined, [ANNOTATIONS.usedAt]: usedAt }), cluster);
    }
    await awaitReady(name, group.map(refOf), site);
  }
}

/** Replaces the pods of the app, one after the other, and waits until the new ones are ready. */
export async function restart(namespace: string, app: string, site: Site): Promise<void> {
  const ref = { apiVersion: APPS, kind: 'Deployment', name: app, namespace };
  const at = new Date(site.clock.now()).toISOString();
  await update(ref, site.cluster, (live) => {
    const spec = live.spec as { template: { metadata?: { annotations?: Record<string, string> } } };
    const metadata = spec.template.metadata ?? {};
    const annotations = { ...metadata.annotations, 'kubectl.kubernetes.io/restartedAt': at };
    return { ...live, spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } } };
  });
  await awaitReady(namespace, [ref], site);
}

/** What sleeps, by `Kind/name`; undefined when it is awake. */
function sleepOf(
  annotations: Readonly<Record<string, string>>,
): { since: string; replicas: Record<string, number> } | undefined {
  try {
    return JSON.parse(annotations[ANNOTATIONS.asleep] ?? '') as { since: string; replicas: Record<string, number> };
  } catch {
    return undefined;
  }
}

/**
 * Sets a number of pods, and then gives the field up again: the next deploy applies its own number, and would be in conflict
 * with whoever owns it.
 */
async function scale(ref: ObjectRef, replicas: number, cluster: Cluster): Promise<void> {
  await update(ref, cluster, (live) =>
    replicasOf(live) === replicas ? undefined : { ...live, spec: { ...(live.spec as object), replicas } },
  );
  await update(ref, cluster, (live) => {
    const managed = (live.metadata.managedFields ?? []) as { manager?: string }[];
    const others = managed.filter(({ manager }) => manager !== LIFE_MANAGER);
    if (others.length === managed.length) return undefined;
    return { ...live, metadata: { ...live.metadata, managedFields: others } };
  });
}

/** Waits as a rollout does, with its diagnosis; nothing is written. */
async function awaitReady(namespace: string, refs: ObjectRef[], site: Site): Promise<void> {
  const lives = (await Promise.all(refs.map((ref) => site.cluster.get(ref)))).filter((one) => one !== undefined);
  if (lives.length === 0) return;
  const request = requestFor(site, { namespace, objects: lives, deadlineMs: READY_MS, fieldManager: LIFE_MANAGER });
  const objects = lives.map((live) => ({ object: live, live, dryRun: live, changes: false }));
  const report = await carryOut({ request, objects, jobs: [], observe: true }, site);
  if (report.error) throw report.error;
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

export function replicasOf(object: KubeObject): number {
  return (object.spec as { replicas?: number }).replicas ?? 1;
}
