import { LeaseHeld } from '../../errors.ts';
import { LEASE_MS } from '../../objects/lease.ts';
import type { ReapPlan } from '../../plan/reap/reap-plan.ts';
import { type ReviewNamespace, reviewNamespaceOf } from '../../plan/review/environment/review-namespace.ts';
import { holding, takeLease } from '../lease/take-lease.ts';
import { leaseClaimOf } from '../review/environment/environment-lease.ts';
import { isThere, namespaceRef } from '../review/environment/namespace.ts';
import type { Site } from '../site.ts';

/** Milliseconds to wait: long enough to notice that the lease of a killed run is not renewed. */
const PATIENCE_MS = LEASE_MS + 2_000;

const AT_WORK = 'a run is working there';
export const CHANGED = 'it has changed since it was read';

/**
 * Works on an environment of an open pull request under its lease, if no deploy is running there and the work is still
 * due.
 * @param isDue checks the environment again, under the lease
 * @param work returns why nothing was done; undefined: it was done
 * @returns why nothing was done; undefined: it was done
 */
export async function underLease(
  { name, uid, app }: ReviewNamespace,
  { repositoryId, run }: Pick<ReapPlan, 'repositoryId' | 'run'>,
  isDue: (environment: ReviewNamespace) => boolean,
  site: Site,
  work: (environment: ReviewNamespace, site: Site) => Promise<string | undefined>,
): Promise<string | undefined> {
  const meant = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid } };
  const claim = leaseClaimOf({ app, namespace: name, run, patienceMs: PATIENCE_MS });
  try {
    return await holding(await takeLease(claim, site), site, async ({ cluster, signal }) => {
      const live = await cluster.get(namespaceRef(name));
      const now = live?.metadata.uid === uid ? live && reviewNamespaceOf(live.metadata, repositoryId) : undefined;
      if (now === undefined || now.deletedSince !== undefined || !isDue(now)) return CHANGED;
      return work(now, { ...site, cluster, signal });
    });
  } catch (error) {
    if (error instanceof LeaseHeld) return AT_WORK;
    if (site.signal.aborted || (await isThere(meant, site.cluster))) throw error;
    return CHANGED;
  }
}
