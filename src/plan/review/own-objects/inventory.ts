import { groupOf, refOf } from '../../../objects/ref.ts';
import type { KubeObject, ObjectRef } from '../../../ports.ts';
import { type Owner, ownerLabels } from '../environment/owner.ts';

/** ConfigMap with the list of the team's own objects in an environment. */
export const OBJECTS_NAME = 'slipway-objects';

/** The team's own objects that deploys wrote. */
export interface Inventory {
  objects: ObjectRef[];
  /** A deploy has succeeded: the next one is an upgrade. */
  deployed: boolean;
}

export function inventoryObject({ objects, deployed }: Inventory, owner: Owner, namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: OBJECTS_NAME, namespace, labels: ownerLabels(owner) },
    data: { objects: JSON.stringify(objects), deployed: String(deployed) },
  };
}

/** @param live the ConfigMap; undefined: nothing was deployed yet */
export function inventoryOf(live: KubeObject | undefined): Inventory {
  const data = (live?.data ?? {}) as { objects?: string; deployed?: string };
  try {
    const objects = JSON.parse(data.objects ?? '[]') as ObjectRef[];
    return { objects: Array.isArray(objects) ? objects : [], deployed: data.deployed === 'true' };
  } catch {
    return { objects: [], deployed: false };
  }
}

/** Both lists, each object once. */
export function together(before: readonly ObjectRef[], now: readonly ObjectRef[]): ObjectRef[] {
  return [...new Map([...before, ...now].map((ref) => [keyOf(ref), ref])).values()];
}

/** The objects of earlier deploys that this one does not contain. */
export function dropped(before: readonly ObjectRef[], wanted: readonly KubeObject[]): ObjectRef[] {
  const kept = new Set(wanted.map((object) => keyOf(refOf(object))));
  return before.filter((ref) => !kept.has(keyOf(ref)));
}

/** The version of the API does not make another object of it. */
function keyOf(ref: ObjectRef): string {
  return `${groupOf(ref)}/${ref.kind}/${ref.name}`;
}
