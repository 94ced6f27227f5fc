import { SlipwayError, Unreachable } from '../../errors.ts';
import { leaseRef } from '../../objects/lease.ts';
import { lastGood, type Release } from '../../objects/release.ts';
import { type IgnoreRule, isIgnored } from '../../plan/drift/ignore.ts';
import { isUnderWay, newerSentence, newerThan, releaseFacts } from '../../plan/drift/newer.ts';
import type { EnvironmentDrift, ObjectDrift } from '../../plan/drift/report.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';
import { permitted } from '../permitted.ts';
import { inPool } from '../pool.ts';
import { Records } from '../rollout/records.ts';
import { autoscaledIn } from './autoscaled.ts';
import { changedBeside } from './beside.ts';
import { leftOvers } from './left-over.ts';
import { lookAtObject } from './object.ts';
import { changedPods } from './pods.ts';

export interface Target {
  app: string;
  environment: string;
  namespace: string;
  ignore: readonly IgnoreRule[];
}

/** Compares the objects of a namespace with the record of the last good release. Writes nothing. */
export async function lookAtEnvironment(
  target: Target,
  cluster: Cluster,
  { log, now }: { log: Log; now: number },
): Promise<EnvironmentDrift> {
  const { app, environment, namespace } = target;
  const version = await cluster.version();
  log.info(`cluster ${cluster.name}, Kubernetes ${version}; ${environment} is namespace ${namespace}`);
  const releases = await new Records(cluster, { namespace }).list({ app, environment });
  const good = lastGood(releases);
  const base = { environment, namespace, release: null, newer: [], objects: [], notes: [] };
  if (!good) return { ...base, state: 'nothing-recorded', notes: ['no release of Slipway has succeeded here yet'] };
  const newer = newerThan(good, releases);
  const known = { ...base, release: releaseFacts(good), newer: newer.map(releaseFacts) };
  if (isUnderWay(newer, await leaseOf(target, newer, cluster), now)) {
    return { ...known, state: 'under-way', notes: ['a rollout is in progress: its writes would look like drift'] };
  }
  const notes = new Set(newer.map(newerSentence));
  const note = (sentence: string) => void notes.add(sentence);
  const objects = await compared(target, good, releases, { cluster, note });
  return { ...known, state: objects.length > 0 ? 'drifted' : 'as-recorded', objects, notes: [...notes] };
}

/** The Lease, read only for a pending release; undefined when it does not exist or may not be read. */
async function leaseOf(target: Target, newer: readonly Release[], cluster: Cluster): Promise<KubeObject | undefined> {
  if (newer[0]?.outcome !== 'pending') return undefined;
  try {
    return await cluster.get(leaseRef(target));
  } catch (error) {
    if (error instanceof SlipwayError && !(error instanceof Unreachable)) return undefined;
    throw error;
  }
}

async function compared(
  { namespace, ignore }: Target,
  good: Release,
  releases: readonly Release[],
  { cluster, note }: { cluster: Cluster; note(sentence: string): void },
): Promise<ObjectDrift[]> {
  const [mayPatch, mayCreate, autoscaled] = await Promise.all([
    permitted('patch', good.objects, namespace, cluster),
    permitted('create', good.objects, namespace, cluster),
    autoscaledIn(namespace, cluster),
  ]);
  const laterRelease = newerThan(good, releases).length > 0;
  const context = { cluster, ignore, autoscaled, laterRelease, mayPatch, mayCreate, note };
  const looked = await inPool(good.objects, (object) => lookAtObject(object, context));
  const all = [
    ...looked.flatMap(({ drift }) => drift ?? []),
    ...(await changedPods(looked, namespace, { cluster, note })),
    ...(await changedBeside(good, namespace, { cluster, note })),
    ...(await leftOvers(good, releases, namespace, { cluster, note })),
  ];
  return all.filter((object) => !isIgnored(ignore, object, '', undefined));
}
