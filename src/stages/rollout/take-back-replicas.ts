import { messageOf } from '../../errors.ts';
import { autoscaledNames } from '../../objects/autoscaled.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { Release } from '../../objects/release.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';
import type { Leftover } from './prune.ts';

const AUTOSCALER = 'HorizontalPodAutoscaler';
/** Its subresource `scale` is how the autoscaler sets the number of replicas. */
const BY_AUTOSCALER = { manager: 'kube-controller-manager', subresource: 'scale' };
/** The autoscaler's last write can come at the same moment. */
const TRIES = 5;

/**
 * Gives the workloads of removed autoscalers the number of replicas of their release. Without this the number of the autoscaler
 * stays, and the server refuses every other one: the field still belongs to it. Never rejects.
 * @param objects of the release that serves now
 * @param removed what was removed after it became ready
 * @param releases all recorded ones: they hold the removed autoscalers
 */
export async function takeBackReplicas(
  objects: readonly KubeObject[],
  removed: readonly Leftover[],
  releases: readonly Release[],
  { cluster, log }: { cluster: Cluster; log: Log },
): Promise<void> {
  for (const object of freed(objects, removed, releases)) {
    const name = shortName(refOf(object));
    try {
      await giveUp(object, cluster);
      await cluster.apply(object, { fieldManager: FIELD_MANAGER });
      log.info(`${name} has the replicas of the release again: its autoscaler was removed`);
    } catch (error) {
      log.warning(`${name} keeps the replicas of the autoscaler that was removed: ${messageOf(error)}`);
    }
  }
}

/** The objects with a number of replicas whose autoscaler was removed, and that no other one scales. */
function freed(
  objects: readonly KubeObject[],
  removed: readonly Leftover[],
  releases: readonly Release[],
): KubeObject[] {
  const gone = removed.filter(({ ref, state }) => ref.kind === AUTOSCALER && state === 'removed');
  const before = releases
    .flatMap((release) => release.objects)
    .filter(({ kind, metadata }) => gone.some(({ ref }) => ref.kind === kind && ref.name === metadata.name));
  const was = autoscaledNames(before);
  const is = autoscaledNames(objects.filter(({ kind }) => kind === AUTOSCALER));
  return objects.filter(({ kind, metadata, spec }) => {
    const name = `${kind}/${metadata.name}`;
    return was.has(name) && !is.has(name) && (spec as { replicas?: number } | undefined)?.replicas !== undefined;
  });
}

/** Ends the ownership of the removed autoscaler; values stay as they are. */
async function giveUp(object: KubeObject, cluster: Cluster): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const live = await cluster.get(refOf(object));
    const all = (live?.metadata.managedFields ?? []) as { manager?: string; subresource?: string }[];
    const value = all.filter(
      ({ manager, subresource }) => manager !== BY_AUTOSCALER.manager || subresource !== BY_AUTOSCALER.subresource,
    );
    if (!live || value.length === all.length) return;
    const operation = { op: 'replace' as const, path: '/metadata/managedFields', value };
    if (await cluster.jsonPatch(live, [operation], { fieldManager: FIELD_MANAGER })) return;
  }
}
