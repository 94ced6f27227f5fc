import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../errors.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import { refOf } from '../../objects/ref.ts';
import { lastGood, newestFirst, type Release } from '../../objects/release.ts';
import { isRolled, isRolledOut } from '../../objects/rolled-out.ts';
import { plannedFields } from '../../plan/planned-change.ts';
import type { Cluster, Kind, KubeObject, Log } from '../../ports.ts';

/**
 * The release that the cluster serves: the newest one, or the last good one, if all pods of its workloads run its templates.
 * @returns undefined where neither does, as in the middle of a rollout, and where the cluster cannot be read
 */
export async function servingRelease(
  releases: readonly Release[],
  { cluster, log }: { cluster: Cluster; log: Log },
  mayTry: (kind: Kind) => boolean = () => true,
): Promise<Release | undefined> {
  const candidates = new Set([[...releases].sort(newestFirst)[0], lastGood(releases)]);
  try {
    for (const release of candidates) if (release && (await isServed(release, cluster, mayTry))) return release;
  } catch (error) {
    log.info(`the release that serves now could not be read: ${messageOf(error)}`);
  }
  return undefined;
}

/** A release without workloads shows nothing in the cluster; its record says whether it was written. */
async function isServed(release: Release, cluster: Cluster, mayTry: (kind: Kind) => boolean): Promise<boolean> {
  const workloads = release.objects.filter(isRolled);
  if (workloads.length === 0) return release.outcome === 'succeeded';
  const served = await Promise.all(workloads.map((object) => runs(object, cluster, mayTry)));
  return served.every(Boolean);
}

/** The server compares, if it may be asked: it defaults and normalises the template as it did when it was written. */
async function runs(object: KubeObject, cluster: Cluster, mayTry: (kind: Kind) => boolean): Promise<boolean> {
  const live = await cluster.get(refOf(object));
  if (!live || !isRolledOut(live)) return false;
  if (!mayTry(object))
    return !plannedFields(object, live).some(({ path: [first, next] }) => `${first}.${next}` === 'f:spec.f:template');
  // The number of pods may be an autoscaler's.
  const { replicas: _, ...spec } = object.spec as { replicas?: number };
  const written = await cluster.apply({ ...object, spec }, { fieldManager: FIELD_MANAGER, dryRun: true });
  return isDeepStrictEqual(podTemplateOf(live), podTemplateOf(written));
}
