import { LABELS } from '../../plan/names.ts';
import { refOf } from '../../plan/objects/ref.ts';
import { foreignLabels, ownerSelector } from '../../plan/review/owner.ts';
import type { ReviewDownPlan } from '../../plan/review-plan.ts';
import type { Cluster, Kind, KubeObject, Log } from '../../ports.ts';
import { namespaceRef, type Waiting, waitUntilGone } from './namespace.ts';

/** A namespace that is provably an environment of the pull request. */
export interface FoundNamespace {
  name: string;
  uid: string;
  app: string;
}

/** The namespaces of a pull request, by their labels. */
export async function findNamespaces(plan: ReviewDownPlan, cluster: Cluster, log: Log): Promise<FoundNamespace[]> {
  const labelSelector = ownerSelector(plan);
  const listed = await cluster.list({ apiVersion: 'v1', kind: 'Namespace' }, { labelSelector });
  return listed.flatMap(({ metadata }) => {
    const app = metadata.labels?.[LABELS.app];
    const { name, uid } = metadata;
    // The server has selected them already; before something is deleted it is looked at once more.
    if (app === undefined || uid === undefined || foreignLabels(metadata, { ...plan, app }).length > 0) {
      log.warning(`namespace ${name} is left alone: its labels do not say whose it is`);
      return [];
    }
    return [{ name, uid, app }];
  });
}

/**
 * Deletes the namespaces, each only if it is still the very one that was found, and waits until they are gone.
 * @throws TimedOut when one stays Terminating
 */
export async function removeNamespaces(
  namespaces: readonly FoundNamespace[],
  cluster: Cluster,
  ports: Waiting,
): Promise<void> {
  await Promise.all(namespaces.map((namespace) => removeNamespace(namespace, cluster, ports)));
}

async function removeNamespace({ name, uid }: FoundNamespace, cluster: Cluster, ports: Waiting): Promise<void> {
  ports.log.info(`deleting namespace ${name}`);
  await stopWorkloads(name, cluster, ports);
  await cluster.delete(namespaceRef(name), { uid });
  await waitUntilGone(name, uid, cluster, ports);
}

const kinds = (apiVersion: string, ...names: string[]): Kind[] => names.map((kind) => ({ apiVersion, kind }));
const OWNERS = [...kinds('apps/v1', 'Deployment', 'StatefulSet'), ...kinds('batch/v1', 'Job')];
const SLOW = kinds('v1', 'Pod', 'PersistentVolumeClaim');
const STOP_MS = 30_000;
const INTERVAL_MS = 250;

/**
 * Removes pods and volumes before their namespace. The namespace controller would do it too, but looks again only after
 * half of the pods' grace period, and then once more for the volumes, however soon they were gone. Nobody is served any
 * more and the data goes, so that pods need no time to stop. What takes longer than it should is left to the controller.
 */
async function stopWorkloads(namespace: string, cluster: Cluster, { clock, signal }: Waiting): Promise<void> {
  const list = async (some: Kind[]) =>
    (await Promise.all(some.map((kind) => cluster.list(kind, { namespace })))).flat();
  const remove = (object: KubeObject) =>
    cluster.delete(refOf(object), { propagation: 'Background', ...(object.kind === 'Pod' ? { graceSeconds: 1 } : {}) });
  await Promise.all((await list(OWNERS)).map(remove));
  await Promise.all((await list(SLOW)).map(remove));
  const deadline = clock.now() + STOP_MS;
  while (clock.now() < deadline && (await list(SLOW)).length > 0) await clock.sleep(INTERVAL_MS, signal);
}
