import { refuseWithoutSidecars } from '../../objects/cloud-sql/cloud-sql.ts';
import { dueHooks, type HookPlan, releaseHooks, runsBefore } from '../../objects/hooks.ts';
import type { Images } from '../../objects/images.ts';
import { hashOf, lastGood, nextRevision, type Release, releaseId } from '../../objects/release.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { refuseZeroReplicas } from '../../plan/zero-replicas.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { type Checked, type CheckedRequest, check } from '../apply/check.ts';
import { checkHooks } from '../apply/check-hooks.ts';
import type { RollOutRequest } from '../apply/request.ts';
import { type LeaseLook, lookAtLease } from '../lease/take-lease.ts';
import { noticeMovedTags } from '../moved-tags.ts';
import { checkPullSecrets } from '../pull-secrets.ts';
import type { Steps } from '../steps.ts';
import { type Configured, changedBeside, saltOf } from './config.ts';
import { refuseDowngrade } from './downgrade.ts';
import { withoutEndedJobs } from './ended-jobs.ts';
import { type HelmTakeOver, newestHelmRevision, planHelmTakeOver, warnOfHelm } from './helm.ts';
import { resolveReleaseImages } from './image.ts';
import { checkMounts } from './mounts.ts';
import { ensureNamespace, lookAtNamespace } from './namespace.ts';
import { type NamespaceChange, namespaceChange } from './namespace-change.ts';
import { type PlannedObjects, plannedObjects } from './objects.ts';
import { checkPermissions, checkReading } from './permissions.ts';
import type { DeliveryPorts } from './ports.ts';
import { checkMayRemove, type Leftover, leftovers } from './prune.ts';
import { Records } from './records.ts';
import { refuseForeign } from './refuse-foreign.ts';
import { configuredWithHooks, logLeftHooks, runsJobs } from './release-hooks.ts';
import { autoscalersOf, rolloutRequest } from './rollout-request.ts';
import { checkSecretEnv, type ReleaseSecretEnv, releaseSecretEnv } from './secret-env.ts';

/** A rollout that may begin: nothing was written for it yet (but a missing namespace). */
export interface Prepared {
  plan: RolloutPlan;
  /** By digest. */
  images: Images;
  /** The new release as it will be recorded. */
  release: Release;
  records: Records;
  releases: Release[];
  /** The Lease, read before `releases`; undefined where it could not be read. */
  look: LeaseLook | undefined;
  good: Release | undefined;
  /** undefined in a dry run without a namespace: then nothing can be validated. */
  checked: CheckedRequest | undefined;
  /** What the manifests change about their own Namespace. */
  namespace: NamespaceChange | undefined;
  /** Objects of earlier releases that this one does not contain. */
  leftovers: Leftover[];
  hooks: HookPlan;
  /** The Secret of secretEnv that is to be created; undefined: there is none, or it exists. */
  newSecretEnv: ReleaseSecretEnv | undefined;
  /** Records of Helm that are deleted once the release is ready. */
  helmRecords: HelmTakeOver['records'];
}

/**
 * Finds out everything that can be known before the first write: the image, the objects, permissions, the history, and the
 * server's validation of every object. Independent requests run concurrently. If several fail, it throws the first error in
 * the order of these steps.
 */
export async function prepare(plan: RolloutPlan, ports: DeliveryPorts, steps: Steps): Promise<Prepared> {
  const { cluster, log } = ports;
  const resolving = inBackground(steps.run('image', () => provenImages(plan, ports)));
  const version = await steps.run('cluster', () => cluster.version());
  if (plan.database) refuseWithoutSidecars(plan.environment, version);
  log.info(`cluster ${cluster.name}, Kubernetes ${version}; ${plan.environment} is namespace ${plan.namespace}`);
  const records = new Records(cluster, plan);
  // Before the history, so that taking the Lease at this version proves that nobody has written to the history since.
  const looking = plan.dryRun ? undefined : lookAtLease(plan, cluster).catch(() => undefined);
  const reading = inBackground(
    steps.run('history', async () => {
      await looking;
      return records.list(plan);
    }),
  );
  const place = inBackground(lookAtNamespace(plan.namespace, cluster));
  const autoscalers = inBackground(autoscalersOf(plan.namespace, cluster));
  const before = inBackground(revisionsOfHelm(plan, cluster));
  // A history that cannot be read is reported with everything else that is not permitted.
  const knowing = reading.catch(() => []);
  const salting = knowing.then(saltOf);
  const hasSecretEnv = Object.keys(plan.secretEnv).length > 0;
  const history = hasSecretEnv || plan.source.from === 'helm' ? await knowing : [];
  const secretEnv = hasSecretEnv ? releaseSecretEnv(plan, history, await salting, ports) : undefined;
  const images = await resolving;
  const planned = await steps.run('objects', async () => {
    // Only charts ask for the history.
    const revision = nextRevision(history, await before);
    const isUpgrade = lastGood(history) !== undefined || (await before) > 0;
    return plannedObjects(plan, images, { version, revision, isUpgrade, secretEnv }, ports);
  });
  logLeftHooks(planned.hooks, ports);
  refuseZeroReplicas(planned.objects, plan);
  const all = [...planned.objects, ...dueHooks(planned.hooks)];
  const mayTry = await steps.run('permissions', async () => {
    if (plan.dryRun) return checkReading([...all, ...planned.jobs], plan.namespace, ports);
    await checkPermissions(all, plan.namespace, runsJobs(planned), ports);
    return () => true;
  });
  await checkPullSecrets(plan.pullSecrets, { namespace: plan.namespace, images, own: planned.objects }, ports);
  const state = await steps.run('namespace', async () => ensureNamespace(plan, await place, ports));
  const namespace = await namespaceChange(planned.namespace, plan, ports);
  const mounting =
    plan.source.from === 'config' && state !== 'missing'
      ? inBackground(checkMounts(planned.objects, plan.namespace, ports))
      : undefined;
  const releases = await reading;
  const good = lastGood(releases);
  const hashing = inBackground(
    steps.run('config', async () =>
      configuredWithHooks(
        planned,
        plan.namespace,
        { salt: await salting, beside: secretEnv?.object ? [secretEnv.object] : [] },
        ports,
      ),
    ),
  );
  await mounting;
  await refuseDowngrade(plan, good, ports);
  const made = await hashing;
  logChangedConfig(made, good, ports);
  const checkingSecret =
    state === 'missing' ? undefined : inBackground(checkSecretEnv(secretEnv, plan, cluster, mayTry));
  const checked =
    state === 'missing'
      ? undefined
      : await steps.run('validate', () =>
          validate({ ...made, jobs: planned.jobs, mayTry }, plan, releases, autoscalers, ports),
        );
  const hooksChecked = [...(checked?.hooks?.pre ?? []), ...(checked?.hooks?.post ?? [])].map((hook) => hook.checked);
  const isNewSecret = (await checkingSecret) ?? false;
  refuseForeign([...(checked?.objects ?? []), ...(checked?.jobs ?? []), ...hooksChecked], plan);
  const wanted = { wanted: [...made.objects, ...releaseHooks(made.hooks)], checked: checked?.objects ?? [] };
  const helm = await takeOverFromHelm(plan, wanted, ports);
  const left = checked ? [...(await leftovers(plan, releases, wanted, ports)), ...helm.leftovers] : [];
  // Another account removes them than the one that plans it.
  if (!plan.dryRun || all.every(mayTry)) await checkMayRemove(left, plan.namespace, cluster);
  const release = releaseOf(
    plan,
    images,
    { ...made, jobs: planned.jobs, hooks: planned.hooks, secretEnv: secretEnv?.name },
    nextRevision(releases, await before),
    ports.clock.now(),
  );
  const { hooks } = made;
  const known = { plan, images, release, records, releases, good, checked, leftovers: left };
  const newSecretEnv = isNewSecret ? secretEnv : undefined;
  return { ...known, look: await looking, hooks, namespace, helmRecords: helm.records, newSecretEnv };
}

/** Where a Helm release is taken over, its revisions are counted on. */
async function revisionsOfHelm({ takeOver, source, namespace }: RolloutPlan, cluster: Cluster): Promise<number> {
  return takeOver && source.from === 'helm' ? newestHelmRevision(source.release, namespace, cluster) : 0;
}

async function takeOverFromHelm(
  { takeOver, source, namespace }: RolloutPlan,
  { wanted, checked }: { wanted: readonly KubeObject[]; checked: readonly Checked[] },
  ports: DeliveryPorts,
): Promise<HelmTakeOver> {
  const lives = checked.map(({ live }) => live);
  if (!takeOver) {
    await warnOfHelm(lives, ports);
    return { records: [], leftovers: [] };
  }
  if (!checked.some(({ takesFrom }) => takesFrom))
    ports.log.info('nothing to take over: leave the input `take-over` out');
  const expected = source.from === 'helm' ? source.release : undefined;
  return planHelmTakeOver(lives, { expected, namespace, wanted }, ports);
}

/** Work that runs while other work is awaited. Its error is thrown where its result is awaited. */
function inBackground<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

async function validate(
  { objects, jobs, hooks, mayTry }: Omit<PlannedObjects, 'namespace'> & Pick<RollOutRequest, 'mayTry'>,
  plan: RolloutPlan,
  releases: readonly Release[],
  autoscalers: Promise<KubeObject[]>,
  ports: DeliveryPorts,
): Promise<CheckedRequest> {
  const due = await withoutEndedJobs(objects, lastGood(releases), ports);
  const pending = jobs.filter((job) => !hasMigrated(job, releases));
  const request = await rolloutRequest(plan, { objects: due, jobs: pending, mayTry }, ports, autoscalers);
  const checked = await check(request, ports.cluster);
  if (dueHooks(hooks).length === 0) return checked;
  return { ...checked, hooks: await checkHooks(hooks, request, ports.cluster) };
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
  images: Images,
  {
    objects,
    jobs,
    hooks,
    config,
    secretEnv,
  }: Omit<PlannedObjects, 'namespace'> & Configured & { secretEnv: string | undefined },
  revision: number,
  now: number,
): Release {
  return {
    app: plan.app,
    environment: plan.environment,
    revision,
    images,
    commit: plan.commit,
    actor: plan.actor,
    run: plan.run,
    outcome: 'pending',
    startedAt: new Date(now).toISOString(),
    finishedAt: undefined,
    objects,
    hash: hashOf([...objects, ...releaseHooks(hooks)]),
    migration: jobs[0]?.metadata.name,
    ...(runsBefore(hooks).length > 0 ? { hooks: hashOf(runsBefore(hooks)) } : {}),
    reversible: plan.reversible,
    ...(secretEnv === undefined ? {} : { secretEnv }),
    config,
  };
}

async function provenImages(plan: RolloutPlan, ports: DeliveryPorts): Promise<Images> {
  const [images] = await Promise.all([
    resolveReleaseImages(plan.images, ports),
    noticeMovedTags(plan.images, plan.commit, ports),
  ]);
  await ports.checkEvidence?.(images, plan.commit);
  return images;
}
