import { SlipwayError } from '../../errors.ts';
import { ANNOTATIONS, LABELS } from '../../plan/names.ts';
import { foreignLabels, ownerSelector } from '../../plan/review/owner.ts';
import type { ReviewDownPlan } from '../../plan/review-plan.ts';
import type { Cluster, Log } from '../../ports.ts';
import { namespaceRef, type Waiting, waitUntilGone } from './namespace.ts';
import { emptyOut } from './stop-workloads.ts';

/** A namespace that is provably an environment of the pull request. */
export interface FoundNamespace {
  name: string;
  uid: string;
  app: string;
  variant: string | undefined;
  /** Something was deployed to it, and it is not being deleted. */
  inUse: boolean;
}

/** The namespaces of a pull request, by their labels. */
export async function findNamespaces(
  plan: Pick<ReviewDownPlan, 'app' | 'repositoryId' | 'number' | 'variant'>,
  cluster: Cluster,
  log: Log,
): Promise<FoundNamespace[]> {
  const labelSelector = ownerSelector(plan);
  const listed = await cluster.list({ apiVersion: 'v1', kind: 'Namespace' }, { labelSelector });
  return listed.flatMap(({ metadata }) => {
    const app = metadata.labels?.[LABELS.app];
    const variant = metadata.labels?.[LABELS.variant];
    const { name, uid } = metadata;
    // The server has selected them already; before something is deleted it is looked at once more.
    const isReview = (metadata.labels?.[LABELS.environment] ?? 'review') === 'review';
    if (
      app === undefined ||
      uid === undefined ||
      !isReview ||
      foreignLabels(metadata, { ...plan, app, variant }).length > 0
    ) {
      log.warning(`namespace ${name} is left alone: its labels do not say whose it is`);
      return [];
    }
    const inUse =
      metadata.annotations?.[ANNOTATIONS.expiresAt] !== undefined && metadata.deletionTimestamp === undefined;
    return [{ name, uid, app, variant, inUse }];
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
  const ours = await cluster.delete(namespaceRef(name), { uid });
  const emptied = ours ? emptyOut(name, uid, cluster, ports).catch((error) => slower(name, error, ports)) : undefined;
  await Promise.all([emptied, waitUntilGone(name, uid, cluster, ports)]);
}

/** Its controller empties it as well: only later. */
function slower(name: string, error: unknown, { log, signal }: Waiting): void {
  if (!(error instanceof SlipwayError) || signal.aborted) throw error;
  log.warning(`namespace ${name} is emptied by its controller, which takes longer: ${error.message}`);
}
