import { keepAutoscaled } from '../../objects/autoscaled.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import { refOf } from '../../objects/ref.ts';
import { hashOf, lastGood, nextRevision, type Release, releaseId } from '../../objects/release.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { refuseZeroReplicas } from '../../plan/zero-replicas.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { type CheckedRequest, check } from '../apply/check.ts';
import type { RollOutRequest } from '../apply/request.ts';
import { inPool } from '../pool.ts';
import type { Steps } from '../steps.ts';
import { type Configured, changedBeside, configured } from './config.ts';
import { refuseDowngrade } from './downgrade.ts';
import { warnOfHelm } from './helm.ts';
import { resolveImage } from './image.ts';
import { ensureNamespace } from './namespace.ts';
import { type PlannedObjects, plannedObjects } from './objects.ts';
import { checkPermissions } from './permissions.ts';
import type { DeliveryPorts } from './ports.ts';
import { checkMayRemove, type Leftover, leftovers } from './prune.ts';
import { Records } from './records.ts';

const TIMEOUT_MS = 10 * 60_000;

/** A rollout that may begin: nothing was written for it yet (but a missing namespace). */
export interface Prepared {
  plan: RolloutPlan;
  /** By digest. */
  image: string;
  /** The new release as it will be recorded. */
  release: Release;
  records: Records;
  releases: Release[];
  good: Release | undefined;
  /** undefined in a dry run without a namespace: then nothing can be validated. */
  checked: CheckedRequest | undefined;
  /** Objects of earlier releases that this one has not. */
  leftovers: Leftover[];
}

/**
 * Everything that can be known before the first write: the image, the objects, permissions, what ran before, and the
 * server's opinion on every object. What does not depend on each other is asked at once; of several errors, the first in
 * the order of this list is told.
 */
export async function prepare(plan: RolloutPlan, ports: DeliveryPorts, steps: Steps): Promise<Prepared> {
  const { cluster, log } = ports;
  const resolved = begun(steps.run('image', () => resolveImage(plan.image, ports)));
  const version = await steps.run('cluster', () => cluster.version());
  log.info(`cluster ${cluster.name}, Kubernetes ${version}; ${plan.environment} is namespace ${plan.namespace}`);
  const records = new Records(cluster, plan.namespace);
  const history = begun(steps.run('history', () => records.list(plan.app, plan.environment)));
  const image = await resolved;
  const planned = await steps.run('objects', () => plannedObjects(plan, image, version, ports));
  refuseZeroReplicas(planned.objects, plan);
  await steps.run('permissions', () =>
    checkPermissions(planned.objects, plan.namespace, planned.jobs.length > 0, ports),
  );
  const namespace = await steps.run('namespace', () => ensureNamespace(plan, ports));
  const releases = await history;
  const good = lastGood(releases);
  const hashed = begun(steps.run('config', () => configured(planned.objects, plan.namespace, releases, ports)));
  await refuseDowngrade(plan, good, ports);
  const made = await hashed;
  tellChanged(made, good, ports);
  const checked =
    namespace === 'missing'
      ? undefined
      : await steps.run('validate', async () => {
          const jobs = planned.jobs.filter((job) => !hasRun(job, releases));
          return check(await requestFor(plan, { objects: made.objects, jobs }, ports), cluster);
        });
  await warnOfHelm(checked?.objects.map(({ live }) => live) ?? [], ports);
  const left = checked ? await leftovers(plan, releases, checked.objects, ports) : [];
  await checkMayRemove(left, plan.namespace, cluster);
  const release = releaseOf(plan, image, { ...planned, ...made }, nextRevision(releases), ports.clock.now());
  return { plan, image, release, records, releases, good, checked, leftovers: left };
}

/** Work that goes on while other work is waited for; its error is thrown where its result is asked for. */
function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

function tellChanged({ config }: Configured, good: Release | undefined, { log }: DeliveryPorts): void {
  for (const name of good ? changedBeside(good, config) : []) {
    log.info(`${name} has changed since ${good && releaseId(good)}: the pods that use it are replaced`);
  }
}

/** A Job does not stay for ever; the record of a release that worked does. */
function hasRun(job: KubeObject, releases: readonly Release[]): boolean {
  return releases.some(({ outcome, migration }) => outcome === 'succeeded' && migration === job.metadata.name);
}

/** The request for these objects, with the number of replicas left to the autoscalers of the namespace. */
export async function requestFor(
  plan: RolloutPlan,
  { objects, jobs }: PlannedObjects,
  ports: DeliveryPorts,
): Promise<RollOutRequest> {
  return {
    namespace: plan.namespace,
    objects: await leaveToAutoscalers(objects, plan.namespace, ports.cluster),
    jobs,
    deadlineMs: plan.timeoutMs ?? patienceFor(objects),
    fieldManager: FIELD_MANAGER,
    signal: ports.signal,
    onProgress: (message) => ports.log.info(message),
  };
}

/** Milliseconds: whoever gives a Deployment half an hour for its progress does not want to be told after ten minutes. */
function patienceFor(objects: readonly KubeObject[]): number {
  const deadlines = objects.map((object) => object.spec as { progressDeadlineSeconds?: number } | undefined);
  return Math.max(TIMEOUT_MS, ...deadlines.map((spec) => (spec?.progressDeadlineSeconds ?? 0) * 1_000));
}

async function leaveToAutoscalers(
  objects: readonly KubeObject[],
  namespace: string,
  cluster: Cluster,
): Promise<KubeObject[]> {
  const [mayList] = await cluster.allowed([
    { verb: 'list', group: 'autoscaling', resource: 'horizontalpodautoscalers', namespace },
  ]);
  const kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
  const found = mayList ? await cluster.list(kind, { namespace }) : [];
  const autoscalers = [...found, ...objects.filter((object) => object.kind === kind.kind)];
  if (autoscalers.length === 0) return [...objects];
  const scaled = objects.filter((object) => (object.spec as { replicas?: number } | undefined)?.replicas !== undefined);
  const present = await inPool(scaled, (object) => cluster.get(refOf(object)));
  const lives = new Map(scaled.map((object, index) => [object, present[index]]));
  return keepAutoscaled(objects, autoscalers, (object) => lives.get(object));
}

function releaseOf(
  plan: RolloutPlan,
  image: string,
  { objects, jobs, config }: PlannedObjects & Configured,
  revision: number,
  now: number,
): Release {
  return {
    app: plan.app,
    environment: plan.environment,
    revision,
    image,
    commit: plan.commit,
    actor: plan.actor,
    run: plan.run,
    outcome: 'pending',
    startedAt: new Date(now).toISOString(),
    finishedAt: undefined,
    objects,
    hash: hashOf(objects),
    migration: jobs[0]?.metadata.name,
    reversible: plan.reversible,
    config,
  };
}
