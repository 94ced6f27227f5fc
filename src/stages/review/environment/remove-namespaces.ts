import { SlipwayError, Unreachable } from '../../../errors.ts';
import { ANNOTATIONS, LABELS } from '../../../objects/names.ts';
import { foreignLabels, ownerSelector } from '../../../plan/review/environment/owner.ts';
import type { ReviewDownPlan } from '../../../plan/review-plan.ts';
import { holding, takeLease } from '../../lease/take-lease.ts';
import type { Site } from '../../site.ts';
import { leaseClaimOf } from './environment-lease.ts';
import { isThere, namespaceRef, waitUntilGone } from './namespace.ts';
import { emptyOut } from './stop-workloads.ts';

/** A namespace that is provably an environment of the pull request. */
export interface FoundNamespace {
  name: string;
  uid: string;
  app: string;
  variant: string | undefined;
  /** A deploy has reached it, and it is not being deleted. */
  inUse: boolean;
}

/** The namespaces of a pull request, by their labels. */
export async function findNamespaces(
  plan: Pick<ReviewDownPlan, 'app' | 'repositoryId' | 'number' | 'variant'>,
  { cluster, log }: Pick<Site, 'cluster' | 'log'>,
): Promise<FoundNamespace[]> {
  const labelSelector = ownerSelector(plan);
  const listed = await cluster.list({ apiVersion: 'v1', kind: 'Namespace' }, { labelSelector });
  return listed.flatMap(({ metadata }) => {
    const app = metadata.labels?.[LABELS.app];
    const variant = metadata.labels?.[LABELS.variant];
    const { name, uid } = metadata;
    // The server selected by these labels; check them again before anything is deleted.
    const isReview = (metadata.labels?.[LABELS.environment] ?? 'review') === 'review';
    if (
      app === undefined ||
      uid === undefined ||
      !isReview ||
      foreignLabels(metadata, { ...plan, app, variant }).length > 0
    ) {
      log.warning(`namespace ${name} is kept: its labels do not say which environment it is`);
      return [];
    }
    const inUse =
      metadata.annotations?.[ANNOTATIONS.expiresAt] !== undefined && metadata.deletionTimestamp === undefined;
    return [{ name, uid, app, variant, inUse }];
  });
}

/** The result of removing namespaces. */
export interface Removed {
  gone: readonly FoundNamespace[];
  /** Namespaces that are not deleted, with the cause. */
  failed: readonly { place: FoundNamespace; error: SlipwayError }[];
}

/**
 * Deletes the namespaces, each only by the uid that was found, and waits until they no longer exist. Unless the pull request
 * is closed, waits for a running deploy first, whose environment would be half removed. A namespace that stays
 * (Terminating for too long, or a deploy that does not end) does not block the others.
 * @throws Cancelled; Unreachable if the cluster cannot be reached
 */
export async function removeNamespaces(
  namespaces: readonly FoundNamespace[],
  plan: Removal,
  site: Site,
): Promise<Removed> {
  const failed: { place: FoundNamespace; error: SlipwayError }[] = [];
  const attempt = async (place: FoundNamespace) => {
    try {
      await removeNamespace(place, plan, site);
      return [place];
    } catch (error) {
      if (!(error instanceof SlipwayError) || error instanceof Unreachable || site.signal.aborted) throw error;
      failed.push({ place, error });
      return [];
    }
  };
  const gone = await Promise.all(namespaces.map(attempt));
  return { gone: gone.flat(), failed };
}

type Removal = Pick<ReviewDownPlan, 'over' | 'run' | 'asked'>;

async function removeNamespace(namespace: FoundNamespace, plan: Removal, site: Site): Promise<void> {
  const { name, uid } = namespace;
  const ours = plan.over ? await remove(namespace, site) : await underLease(namespace, plan, site);
  const emptied = ours ? emptyOut(name, uid, site).catch((error) => slower(name, error, site)) : undefined;
  await Promise.all([emptied, waitUntilGone(name, uid, site)]);
}

function remove({ name, uid }: FoundNamespace, { cluster, log }: Site): Promise<boolean> {
  log.info(`deleting namespace ${name}`);
  return cluster.delete(namespaceRef(name), { uid });
}

/** A run that waits for the lease notices the deletion and creates a new namespace. */
async function underLease(namespace: FoundNamespace, plan: Removal, site: Site): Promise<boolean> {
  const { name, uid, app } = namespace;
  const claim = leaseClaimOf({ app, namespace: name, run: plan.run, actor: plan.asked?.by });
  try {
    return await holding(await takeLease(claim, site), site, ({ cluster, signal }) =>
      remove(namespace, { ...site, cluster, signal }),
    );
  } catch (error) {
    // The API server creates no Lease in a namespace that is being deleted.
    const meant = { ...namespaceRef(name), metadata: { name, uid } };
    const there = site.signal.aborted || (await isThere(meant, site.cluster));
    if (there) throw error;
    return remove(namespace, site);
  }
}

/** The namespace controller does the same, later. */
function slower(name: string, error: unknown, { log, signal }: Site): void {
  if (!(error instanceof SlipwayError) || signal.aborted) throw error;
  log.warning(`namespace ${name} could not be emptied early, so its deletion takes longer: ${error.message}`);
}
