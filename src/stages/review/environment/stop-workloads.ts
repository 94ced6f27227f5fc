import { refOf } from '../../../objects/ref.ts';
import type { Cluster, Kind, KubeObject } from '../../../ports.ts';
import type { Site } from '../../site.ts';
import { namespaceRef } from './namespace.ts';

const kinds = (apiVersion: string, ...names: string[]): Kind[] => names.map((kind) => ({ apiVersion, kind }));
const OWNERS = [...kinds('apps/v1', 'Deployment', 'StatefulSet'), ...kinds('batch/v1', 'Job')];
const SLOW = kinds('v1', 'Pod', 'PersistentVolumeClaim');
const INTERVAL_MS = 500;
/** Milliseconds that the pods of a namespace that is being deleted have: a second and a half before its controller looks. */
const EMPTY_MS = 3_500;

/**
 * Empties a namespace of ours that is being deleted. Its controller would do it, but it first waits for five seconds
 * (namespaceDeletionGracePeriod), and what it finds then it looks at again only after half of the pods' grace period, and
 * once more for the volumes, however soon they were gone. Where nothing is left after these five seconds, the namespace is
 * gone at once. So pods that need longer to stop lose their objects before; their node ends the containers all the same.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/namespace/namespace_controller.go
 */
export async function emptyOut(namespace: string, uid: string, site: Site): Promise<void> {
  const { cluster } = site;
  // What was listed before it is seen to be there still is its own, and not that of a new one of its name.
  const isStill = async () => (await cluster.get(namespaceRef(namespace)))?.metadata.uid === uid;
  const left = await stopWorkloads(namespace, site, EMPTY_MS, isStill);
  const pods = left.filter(({ kind }) => kind === 'Pod');
  if (pods.length > 0 && (await isStill())) await Promise.all(pods.map((pod) => remove(pod, cluster, 0)));
}

function remove(object: KubeObject, cluster: Cluster, graceSeconds = 1): Promise<boolean> {
  const { uid } = object.metadata;
  return cluster.delete(refOf(object), {
    propagation: 'Background',
    ...(object.kind === 'Pod' ? { graceSeconds } : {}),
    ...(uid === undefined ? {} : { uid }),
  });
}

/**
 * Removes the workloads of a namespace of ours with their pods and volumes, and waits until these are gone. Nobody is served
 * any more and the data goes, so that pods need no time to stop.
 * @param patienceMs milliseconds
 * @param isStill whether what was found may be removed; asked after it was found
 * @returns what is still there then; empty as a rule
 */
export async function stopWorkloads(
  namespace: string,
  { cluster, clock, signal }: Site,
  patienceMs: number,
  isStill = async () => true,
): Promise<KubeObject[]> {
  const list = async (some: Kind[]) =>
    (await Promise.all(some.map((kind) => cluster.list(kind, { namespace })))).flat();
  for (const kinds of [OWNERS, SLOW]) {
    const found = await list(kinds);
    if (found.length > 0 && (await isStill())) await Promise.all(found.map((object) => remove(object, cluster)));
  }
  const deadline = clock.now() + patienceMs;
  for (;;) {
    const left = await list(SLOW);
    if (left.length === 0 || clock.now() >= deadline) return left;
    await clock.sleep(INTERVAL_MS, signal);
  }
}
