import { runOf } from '../../../objects/lease.ts';
import type { Place } from '../../../plan/review/environment/queue.ts';
import type { KubeObject } from '../../../ports.ts';
import { holding, type LeaseClaim, type TakenLease, takeLease } from '../../lease/take-lease.ts';
import type { Work } from '../work.ts';
import { claimNamespace, isThere } from './namespace.ts';
import { takePlace } from './queue.ts';

/** Milliseconds to wait for another run, which may be waiting for its app. */
const PATIENCE_MS = 15 * 60_000;

/** What a lease of an environment is claimed with. */
interface Asking {
  app: string;
  namespace: string;
  /** URL of the run; empty for a run by hand. */
  run: string;
  /** Login of the person who asked for it. */
  actor?: string | undefined;
  patienceMs?: number | undefined;
}

/**
 * Claims the lock of an environment. Bring-up, reset, restart, sleep, wake, removal on request and reclaiming an unused
 * namespace all hold it. Only removal after the pull request is closed skips it.
 */
export function leaseClaimOf({ app, namespace, run, actor = '', patienceMs = PATIENCE_MS }: Asking): LeaseClaim {
  return { scope: { app, environment: 'review', namespace }, run: runOf(run), actor, patienceMs };
}

/**
 * Does the work with a place among the environments of the app, in the namespace of the pull request, under its lease.
 * Creates the namespace again if another run reclaims it meanwhile.
 * @returns the position in the queue; undefined: it had a place and did the work
 */
export async function underEnvironmentLease(
  work: Work,
  act: (work: Work, namespace: KubeObject) => Promise<void>,
): Promise<Place | undefined> {
  const { plan, site, steps } = work;
  for (;;) {
    const place = await steps.run('place', () => takePlace(plan, site));
    if (place) return place;
    const taken = await steps.run('lease', () => takeOurs(work));
    if (taken === undefined) continue;
    await holding(taken, site, ({ cluster, signal }) =>
      act({ ...work, site: { ...site, cluster, signal } }, taken.namespace),
    );
    return undefined;
  }
}

/**
 * Claims the namespace and takes its lease.
 * @returns undefined if the namespace was deleted in between
 */
async function takeOurs({ plan, site }: Work): Promise<(TakenLease & { namespace: KubeObject }) | undefined> {
  const namespace = await claimNamespace(plan.namespace, plan.owner, site);
  const { owner, namespace: name, run, timeoutMs } = plan;
  const claim = leaseClaimOf({ app: owner.app, namespace: name, run, patienceMs: timeoutMs });
  let taken: TakenLease;
  try {
    taken = await takeLease(claim, site);
  } catch (error) {
    if (site.signal.aborted || (await isThere(namespace, site.cluster))) throw error;
    return undefined;
  }
  // The API server also grants a Lease in a namespace that is being deleted.
  let there = false;
  try {
    there = await isThere(namespace, site.cluster);
  } finally {
    if (!there) await taken.lease.release();
  }
  return there ? { ...taken, namespace } : undefined;
}
