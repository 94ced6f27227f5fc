import { hashOf, lastGood, nextRevision, type Release, releaseId } from '../../objects/release.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { refuseZeroReplicas } from '../../plan/zero-replicas.ts';
import type { KubeObject } from '../../ports.ts';
import { type CheckedRequest, check } from '../apply/check.ts';
import type { Steps } from '../steps.ts';
import { type Configured, changedBeside, configured } from './config.ts';
import { refuseDowngrade } from './downgrade.ts';
import { withoutEndedJobs } from './ended-jobs.ts';
import { warnOfHelm } from './helm.ts';
import { resolveImage } from './image.ts';
import { ensureNamespace } from './namespace.ts';
import { type PlannedObjects, plannedObjects } from './objects.ts';
import { checkPermissions } from './permissions.ts';
import type { DeliveryPorts } from './ports.ts';
import { checkMayRemove, type Leftover, leftovers } from './prune.ts';
import { Records } from './records.ts';
import { rolloutRequest } from './rollout-request.ts';

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
 * Finds out everything that can be known before the first write: the image, the objects, permissions, the history, and what
 * the server says of every object. Questions that do not depend on each other are asked at once; of several errors the first
 * in the order of these steps is thrown.
 */
export async function prepare(plan: RolloutPlan, ports: DeliveryPorts, steps: Steps): Promise<Prepared> {
  const { cluster, log } = ports;
  const resolving = inBackground(steps.run('image', () => resolveImage(plan.image, ports)));
  const version = await steps.run('cluster', () => cluster.version());
  log.info(`cluster ${cluster.name}, Kubernetes ${version}; ${plan.environment} is namespace ${plan.namespace}`);
  const records = new Records(cluster, plan.namespace);
  const reading = inBackground(steps.run('history', () => records.list(plan)));
  const image = await resolving;
  const planned = await steps.run('objects', () => plannedObjects(plan, image, version, ports));
  refuseZeroReplicas(planned.objects, plan);
  await steps.run('permissions', () =>
    checkPermissions(planned.objects, plan.namespace, planned.jobs.length > 0, ports),
  );
  const namespace = await steps.run('namespace', () => ensureNamespace(plan, ports));
  const releases = await reading;
  const good = lastGood(releases);
  const hashing = inBackground(steps.run('config', () => configured(planned.objects, plan.namespace, releases, ports)));
  await refuseDowngrade(plan, good, ports);
  const made = await hashing;
  logChangedConfig(made, good, ports);
  const checked =
    namespace === 'missing'
      ? undefined
      : await steps.run('validate', () => validate({ ...made, jobs: planned.jobs }, plan, releases, ports));
  await warnOfHelm(checked?.objects.map(({ live }) => live) ?? [], ports);
  const wanted = { wanted: made.objects, checked: checked?.objects ?? [] };
  const left = checked ? await leftovers(plan, releases, wanted, ports) : [];
  await checkMayRemove(left, plan.namespace, cluster);
  const release = releaseOf(plan, image, { ...planned, ...made }, nextRevision(releases), ports.clock.now());
  return { plan, image, release, records, releases, good, checked, leftovers: left };
}

/** Work that runs while other work is awaited. Its error is thrown where its result is awaited. */
function inBackground<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

async function validate(
  { objects, jobs }: PlannedObjects,
  plan: RolloutPlan,
  releases: readonly Release[],
  ports: DeliveryPorts,
): Promise<CheckedRequest> {
  const due = await withoutEndedJobs(objects, lastGood(releases), ports);
  const pending = jobs.filter((job) => !hasMigrated(job, releases));
  return check(await rolloutRequest(plan, { objects: due, jobs: pending }, ports), ports.cluster);
}

function logChangedConfig({ config }: Configured, good: Release | undefined, { log }: DeliveryPorts): void {
  for (const name of good ? changedBeside(good, config) : []) {
    log.info(`${name} has changed since ${good && releaseId(good)}: the pods that use it are replaced`);
  }
}

/** The migration Job is deleted some time after it ended; the record of its release stays. */
function hasMigrated(job: KubeObject, releases: readonly Release[]): boolean {
  return releases.some(({ outcome, migration }) => outcome === 'succeeded' && migration === job.metadata.name);
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
