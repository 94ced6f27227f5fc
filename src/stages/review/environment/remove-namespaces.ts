import { SlipwayError, Unreachable } from '../../../errors.ts';
import { ANNOTATIONS, LABELS } from '../../../objects/names.ts';
import { foreignLabels, ownerSelector } from '../../../plan/review/environment/owner.ts';
import type { ReviewDownPlan } from '../../../plan/review-plan.ts';
import type { Cluster, Log } from '../../../ports.ts';
import { holding, takeLease } from '../../lease/take-lease.ts';
import { environmentLease } from './environment-lease.ts';
import { isThere, namespaceRef, type Waiting, waitUntilGone } from './namespace.ts';
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

/** What came of removing namespaces. */
export interface Removed {
  gone: readonly FoundNamespace[];
  /** What stays, and why. */
  failed: readonly { place: FoundNamespace; error: SlipwayError }[];
}

/**
 * Deletes the namespaces, each only if it is still the very one that was found, and waits until they are gone. Unless the pull
 * request is over, a run that is at work in one is waited for: what it brings up would be half gone. One that stays keeps no
 * other from being removed whole: it is Terminating for too long, or a run is at work for too long.
 * @throws Cancelled; Unreachable when the cluster is away
 */
export async function removeNamespaces(
  namespaces: readonly FoundNamespace[],
  plan: Removal,
  cluster: Cluster,
  ports: Waiting,
): Promise<Removed> {
  const failed: { place: FoundNamespace; error: SlipwayError }[] = [];
  const attempt = async (place: FoundNamespace) => {
    try {
      await removeNamespace(place, plan, cluster, ports);
      return [place];
    } catch (error) {
      if (!(error instanceof SlipwayError) || error instanceof Unreachable || ports.signal.aborted) throw error;
      failed.push({ place, error });
      return [];
    }
  };
  const gone = await Promise.all(namespaces.map(attempt));
  return { gone: gone.flat(), failed };
}

type Removal = Pick<ReviewDownPlan, 'over' | 'run' | 'asked'>;

async function removeNamespace(
  namespace: FoundNamespace,
  plan: Removal,
  cluster: Cluster,
  ports: Waiting,
): Promise<void> {
  const { name, uid } = namespace;
  const ours = plan.over ? await remove(namespace, cluster, ports) : await inTurn(namespace, plan, cluster, ports);
  const emptied = ours ? emptyOut(name, uid, cluster, ports).catch((error) => slower(name, error, ports)) : undefined;
  await Promise.all([emptied, waitUntilGone(name, uid, cluster, ports)]);
}

function remove({ name, uid }: FoundNamespace, cluster: Cluster, { log }: Waiting): Promise<boolean> {
  log.info(`deleting namespace ${name}`);
  return cluster.delete(namespaceRef(name), { uid });
}

/** Who waits for the lease sees that the namespace goes, and makes a new one. */
async function inTurn(namespace: FoundNamespace, plan: Removal, cluster: Cluster, ports: Waiting): Promise<boolean> {
  const { name, uid, app } = namespace;
  const claim = environmentLease({ app, namespace: name, run: plan.run, actor: plan.asked?.by });
  const own = { cluster, clock: ports.clock, log: ports.log, signal: ports.signal };
  try {
    return await holding(await takeLease(claim, own), own, (turn) => remove(namespace, turn.cluster, ports));
  } catch (error) {
    // No Lease can be made in one that is being deleted already.
    const there = ports.signal.aborted || (await isThere({ ...namespaceRef(name), metadata: { name, uid } }, cluster));
    if (there) throw error;
    return remove(namespace, cluster, ports);
  }
}

/** Its controller empties it as well: only later. */
function slower(name: string, error: unknown, { log, signal }: Waiting): void {
  if (!(error instanceof SlipwayError) || signal.aborted) throw error;
  log.warning(`namespace ${name} is emptied by its controller, which takes longer: ${error.message}`);
}
