import { ANNOTATIONS } from '../../../objects/names.ts';
import { foreignLabels, type Owner } from '../../../plan/review/environment/owner.ts';
import type { Cluster, Kind, KubeObject } from '../../../ports.ts';
import { namespaceRef } from './namespace.ts';

const kinds = (apiVersion: string, ...names: string[]): Kind[] => names.map((kind) => ({ apiVersion, kind }));
/** What somebody can have put there. */
const CONTENT: Kind[] = [
  ...kinds('v1', 'Pod', 'PersistentVolumeClaim', 'Service', 'Secret', 'ConfigMap'),
  ...kinds('apps/v1', 'Deployment', 'StatefulSet'),
];
/** What the cluster puts into every namespace. */
const BY_ITSELF = new Set(['ConfigMap/kube-root-ca.crt']);

/**
 * Takes back a namespace in which nothing was ever deployed, so that it keeps no place for nothing. To be called under its
 * lease: then no other run is at work in it, and who waits for the lease sees that it goes, and makes a new one. It stays
 * where a run waits in the queue with it, where something is in it, or where anybody writes to it in between.
 * @param uid of the namespace meant
 * @returns whether it goes
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

/** The first thing that a deploy writes is on the namespace itself. */
function isUnused({ metadata: { annotations = {}, deletionTimestamp } }: KubeObject): boolean {
  const used = [ANNOTATIONS.expiresAt, ANNOTATIONS.queued].some((name) => annotations[name] !== undefined);
  return !used && deletionTimestamp === undefined;
}
