import { EnvironmentError } from '../../../errors.ts';
import type { Cluster, KubeObject, ObjectRef } from '../../../ports.ts';
import { namespaceRef } from './namespace.ts';

/** Field manager of what is noted and changed between deploys, apart from what a deploy applies. */
export const LIFE_MANAGER = 'slipway-life';

const ATTEMPTS = 20;

type Annotations = Readonly<Record<string, string>>;

/**
 * Notes something on the very namespace that is meant. A server-side apply would make one that is gone meanwhile, without
 * any label of ours; a replacement at its version cannot.
 * @param change what to set; undefined removes
 * @returns the namespace; undefined when it is gone, or going
 */
export function annotate(
  name: string,
  uid: string | undefined,
  change: (annotations: Annotations) => Readonly<Record<string, string | undefined>>,
  cluster: Cluster,
): Promise<KubeObject | undefined> {
  return update(namespaceRef(name), cluster, (live) => {
    const { metadata } = live;
    if (metadata.uid !== uid || metadata.deletionTimestamp !== undefined) return undefined;
    const before = metadata.annotations ?? {};
    const after = Object.entries({ ...before, ...change(before) }).filter(
      (one): one is [string, string] => one[1] !== undefined,
    );
    return { ...live, metadata: { ...metadata, annotations: Object.fromEntries(after) } };
  });
}

/**
 * Reads an object, changes it, and writes it at the version that was read; begun anew where somebody else was quicker.
 * @param change answers the object to write; undefined: leave it
 * @returns as written; undefined when it is not there or was left
 */
export async function update(
  ref: ObjectRef,
  cluster: Cluster,
  change: (live: KubeObject) => KubeObject | undefined,
): Promise<KubeObject | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const live = await cluster.get(ref);
    const wanted = live && change(live);
    if (wanted === undefined) return undefined;
    const written = await cluster.replace(wanted, { fieldManager: LIFE_MANAGER });
    if (written !== undefined) return written;
  }
  throw new EnvironmentError(`${ref.kind} ${ref.name} was changed by others each time that it was to be written`, {
    remedy: 'See which controller fights over it (kubectl get --show-managed-fields), then run this again.',
  });
}
