import { ANNOTATIONS } from '../../../objects/names.ts';
import { foreignLabels, type Owner } from '../../../plan/review/environment/owner.ts';
import type { Cluster, Kind, KubeObject } from '../../../ports.ts';
import { namespaceRef } from './namespace.ts';

const kinds = (apiVersion: string, ...names: string[]): Kind[] => names.map((kind) => ({ apiVersion, kind }));
/** Kinds that show that the namespace is in use. */
const CONTENT: Kind[] = [
  ...kinds('v1', 'Pod', 'PersistentVolumeClaim', 'Service', 'Secret', 'ConfigMap'),
  ...kinds('apps/v1', 'Deployment', 'StatefulSet'),
];
/** Objects that the cluster creates in every namespace. */
const BY_ITSELF = new Set(['ConfigMap/kube-root-ca.crt']);

/**
 * Deletes a namespace to which nothing was ever deployed, so that it holds no place. Requires its lease: then no other
 * run works in it, and a run that waits for the lease notices the deletion and creates a new namespace. Keeps the
 * namespace if a run is queued with it, if it has content, or if anybody writes to it in between.
 * @param uid of the namespace
 * @returns whether it is deleted
 */
export async function reclaimNamespace(
  { name, uid, owner }: { name: string; uid: string | undefined; owner: Owner },
  cluster: Cluster,
): Promise<boolean> {
  const live = await cluster.get(namespaceRef(name));
  if (!live || live.metadata.uid !== uid || !isUnused(live) || foreignLabels(live.metadata, owner).length > 0)
    return false;
  const lists = await Promise.all(CONTENT.map((kind) => cluster.list(kind, { namespace: name, metadataOnly: true })));
  const content = lists.flatMap((list, index) =>
    list.map(({ metadata }) => `${CONTENT[index]?.kind}/${metadata.name}`),
  );
  if (content.some((one) => !BY_ITSELF.has(one))) return false;
  const { resourceVersion } = live.metadata;
  if (uid === undefined || resourceVersion === undefined) return false;
  return cluster.delete(namespaceRef(name), { uid, resourceVersion });
}

/** A deploy first writes an annotation of the namespace. */
function isUnused({ metadata: { annotations = {}, deletionTimestamp } }: KubeObject): boolean {
  const used = [ANNOTATIONS.expiresAt, ANNOTATIONS.queued].some((name) => annotations[name] !== undefined);
  return !used && deletionTimestamp === undefined;
}
