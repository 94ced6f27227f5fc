import { EnvironmentError } from '../../../errors.ts';
import type { Cluster, KubeObject, ObjectRef } from '../../../ports.ts';
import { namespaceRef } from './namespace.ts';

/** Field manager of changes between deploys; deploys use another one. */
export const LIFE_MANAGER = 'slipway-life';

const ATTEMPTS = 20;

type Annotations = Readonly<Record<string, string>>;

/**
 * Sets annotations of one particular namespace. A server-side apply would create a namespace that was deleted
 * meanwhile, without owner labels; a replacement at a known version cannot.
 * @param change the annotations to set; undefined removes one
 * @returns the namespace; undefined if it is deleted or being deleted
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
 * Reads an object, changes it, and writes it at the version that was read. Retries if another writer was faster.
 * @param change returns the object to write; undefined: leave it
 * @returns the written object; undefined if it does not exist or was left
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
  throw new EnvironmentError(`${ref.kind} ${ref.name} was changed by another writer before each write`, {
    remedy: 'See which controller fights over it (kubectl get --show-managed-fields), then run this again.',
  });
}
