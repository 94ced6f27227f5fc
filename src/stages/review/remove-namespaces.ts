import { LABELS } from '../../plan/names.ts';
import { foreignLabels, ownerSelector } from '../../plan/review/owner.ts';
import type { ReviewDownPlan } from '../../plan/review-plan.ts';
import type { Cluster, Log } from '../../ports.ts';
import { namespaceRef, waitUntilGone } from './namespace.ts';
import type { ReviewPorts } from './ports.ts';

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
  ports: Pick<ReviewPorts, 'clock' | 'log' | 'signal'>,
): Promise<void> {
  for (const { name, uid } of namespaces) {
    ports.log.info(`deleting namespace ${name}`);
    await cluster.delete(namespaceRef(name), { uid });
  }
  await Promise.all(namespaces.map(({ name, uid }) => waitUntilGone(name, uid, cluster, ports)));
}
