import { refOf } from '../../../objects/ref.ts';
import type { Cluster, Kind, KubeObject } from '../../../ports.ts';
import type { Site } from '../../site.ts';
import { namespaceRef } from './namespace.ts';
import { cronJobsOf } from './workloads.ts';

const kinds = (apiVersion: string, ...names: string[]): Kind[] => names.map((kind) => ({ apiVersion, kind }));
const OWNERS = [...kinds('apps/v1', 'Deployment', 'StatefulSet'), ...kinds('batch/v1', 'Job')];
const SLOW = kinds('v1', 'Pod', 'PersistentVolumeClaim');
const INTERVAL_MS = 500;
/** Milliseconds for the pods of a deleted namespace to stop: 1.5 s less than the controller waits. */
const EMPTY_MS = 3_500;

/**
 * Empties a namespace that is being deleted, faster than its controller. The controller first waits five seconds
 * (namespaceDeletionGracePeriod); then it looks again only after half of the grace period of the pods, and once more
 * for the volumes. A namespace that is empty after the five seconds is deleted at once. So this deletes the objects of
 * pods that take longer; their node still stops the containers.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/namespace/namespace_controller.go
 */
export async function emptyOut(namespace: string, uid: string, site: Site): Promise<void> {
  const { cluster } = site;
  // Objects that were listed before this check belong to this namespace, and not to a new one of its name.
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
 * Deletes the workloads of a namespace with their pods and volumes, and waits until these no longer exist. Pods get no time to
 * stop: nothing is served and the data is deleted.
 * @param patienceMs milliseconds
 * @param isStill checks, after listing, that the objects may be deleted
 * @returns what still exists then; usually nothing
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
    const found = [...(kinds === OWNERS ? await cronJobsOf(namespace, cluster) : []), ...(await list(kinds))];
    if (found.length > 0 && (await isStill())) await Promise.all(found.map((object) => remove(object, cluster)));
  }
  const deadline = clock.now() + patienceMs;
  for (;;) {
    const left = await list(SLOW);
    if (left.length === 0 || clock.now() >= deadline) return left;
    await clock.sleep(INTERVAL_MS, signal);
  }
}
