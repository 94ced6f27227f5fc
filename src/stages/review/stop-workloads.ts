import { refOf } from '../../plan/objects/ref.ts';
import type { Cluster, Kind, KubeObject } from '../../ports.ts';
import type { Waiting } from './namespace.ts';

const kinds = (apiVersion: string, ...names: string[]): Kind[] => names.map((kind) => ({ apiVersion, kind }));
const OWNERS = [...kinds('apps/v1', 'Deployment', 'StatefulSet'), ...kinds('batch/v1', 'Job')];
const SLOW = kinds('v1', 'Pod', 'PersistentVolumeClaim');
const INTERVAL_MS = 250;

/**
 * Removes the workloads of a namespace of ours with their pods and volumes, and waits until these are gone. Before a
 * namespace is deleted, too: its controller would do it, but looks again only after half of the pods' grace period, and then
 * once more for the volumes, however soon they were gone. Nobody is served any more and the data goes, so that pods need no
 * time to stop.
 * @param patienceMs milliseconds
 * @returns what is still there then; empty as a rule
 */
export async function stopWorkloads(
  namespace: string,
  cluster: Cluster,
  { clock, signal }: Waiting,
  patienceMs: number,
): Promise<KubeObject[]> {
  const list = async (some: Kind[]) =>
    (await Promise.all(some.map((kind) => cluster.list(kind, { namespace })))).flat();
  const remove = (object: KubeObject) =>
    cluster.delete(refOf(object), { propagation: 'Background', ...(object.kind === 'Pod' ? { graceSeconds: 1 } : {}) });
  await Promise.all((await list(OWNERS)).map(remove));
  await Promise.all((await list(SLOW)).map(remove));
  const deadline = clock.now() + patienceMs;
  for (;;) {
    const left = await list(SLOW);
    if (left.length === 0 || clock.now() >= deadline) return left;
    await clock.sleep(INTERVAL_MS, signal);
  }
}
