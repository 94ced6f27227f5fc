import { FIELD_MANAGER } from '../../../objects/names.ts';
import { PHASES, phaseOf } from '../../../objects/phases.ts';
import { keptBy } from '../../../objects/prune.ts';
import { refOf, shortName } from '../../../objects/ref.ts';
import { foreignLabels } from '../../../plan/review/environment/owner.ts';
import {
  dropped,
  type Inventory,
  inventoryObject,
  inventoryOf,
  OBJECTS_NAME,
  together,
} from '../../../plan/review/own-objects/inventory.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Cluster, KubeObject, ObjectRef } from '../../../ports.ts';
import { inPool } from '../../pool.ts';
import type { Site } from '../../site.ts';

type Place = Pick<ReviewUpPlan, 'namespace' | 'owner'>;

/** The objects of the app that earlier deploys wrote. */
export async function readInventory({ namespace }: Pick<Place, 'namespace'>, cluster: Cluster): Promise<Inventory> {
  return inventoryOf(await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: OBJECTS_NAME, namespace }));
}

/** Notes what this deploy writes, before it does: a run that is killed leaves nothing that nobody knows of. */
export async function noteObjects(
  { namespace, owner }: Place,
  wanted: readonly KubeObject[],
  { cluster }: Pick<Site, 'cluster'>,
): Promise<Inventory> {
  const before = await readInventory({ namespace }, cluster);
  const all = { ...before, objects: together(before.objects, wanted.map(refOf)) };
  await cluster.apply(inventoryObject(all, owner, namespace), { fieldManager: FIELD_MANAGER });
  return before;
}

/**
 * Deletes the objects of earlier deploys that this one does not contain, what depends on others first, and notes the rest. What
 * holds data stays until the environment is removed.
 */
export async function pruneObjects(
  { namespace, owner }: Place,
  before: Inventory,
  wanted: readonly KubeObject[],
  site: Pick<Site, 'cluster' | 'log'>,
): Promise<void> {
  const { cluster } = site;
  const leftovers = dropped(before.objects, wanted);
  const kept: ObjectRef[] = [];
  for (const phase of [...PHASES].reverse()) {
    const due = leftovers.filter((ref) => phaseOf(ref) === phase);
    const stay = await inPool(due, async (ref) => ((await remove(ref, owner, site)) ? [] : [ref]));
    kept.push(...stay.flat());
  }
  const objects = together(kept, wanted.map(refOf));
  await cluster.apply(inventoryObject({ objects, deployed: true }, owner, namespace), { fieldManager: FIELD_MANAGER });
}

/** @returns whether it no longer exists */
async function remove(
  ref: ObjectRef,
  owner: Place['owner'],
  { cluster, log }: Pick<Site, 'cluster' | 'log'>,
): Promise<boolean> {
  const live = (await cluster.resource(ref)) && (await cluster.get(ref));
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return true;
  const reason = foreignLabels(live.metadata, owner)[0] ?? keptBy(live);
  if (reason !== undefined) {
    log.info(`${shortName(ref)} is no longer part of the environment, and stays: ${reason}`);
    return false;
  }
  const { uid } = live.metadata;
  await cluster.delete(ref, { propagation: 'Background', ...(uid ? { uid } : {}) });
  log.info(`removed ${shortName(ref)}, which is no longer part of the environment`);
  return true;
}
