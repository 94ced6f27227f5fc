import { runOf } from '../../../objects/lease.ts';
import type { Place } from '../../../plan/review/environment/queue.ts';
import type { KubeObject } from '../../../ports.ts';
import { holding, type LeaseClaim, type TakenLease, takeLease } from '../../lease/take-lease.ts';
import type { Work } from '../work.ts';
import { claimNamespace, isThere } from './namespace.ts';
import { takePlace } from './queue.ts';

/** Milliseconds to wait for another run: as long as an app may take to come up. */
const PATIENCE_MS = 15 * 60_000;

/** Whose turn it is, who asks, and for how long. */
interface Asking {
  app: string;
  namespace: string;
  /** URL of the run; empty for a run by hand. */
  run: string;
  /** Who asked for it, if it was a person. */
  actor?: string | undefined;
  patienceMs?: number;
}

/**
 * The one lock of an environment. Who brings it up, resets, restarts, wakes it or puts it to sleep, who removes it although its
 * pull request is open, and who takes back a namespace of its own, does so while it has this lease. Only the removal for a
 * pull request that is over waits for nobody: nothing of the environment is to stay.
 */
export function leaseClaimOf({ app, namespace, run, actor = '', patienceMs = PATIENCE_MS }: Asking): LeaseClaim {
  return { scope: { app, environment: 'review', namespace }, run: runOf(run), actor, patienceMs };
}

/**
 * Does the work when it is this run's turn: with a place among the environments of the app, in the namespace of the pull
 * request, under its lease. A namespace that another run takes back meanwhile is made anew.
 * @returns its place in the queue, where there is none among the environments
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

/** @returns undefined where the namespace went while its lease was waited for */
async function takeOurs({ plan, site }: Work): Promise<(TakenLease & { namespace: KubeObject }) | undefined> {
  const namespace = await claimNamespace(plan.namespace, plan.owner, site);
  const claim = leaseClaimOf({ app: plan.owner.app, namespace: plan.namespace, run: plan.run });
  let taken: TakenLease;
  try {
    taken = await takeLease(claim, site);
  } catch (error) {
    if (site.signal.aborted || (await isThere(namespace, site.cluster))) throw error;
    return undefined;
  }
  // A Lease can also be had in a namespace that is being deleted.
  let there = false;
  try {
    there = await isThere(namespace, site.cluster);
  } finally {
    if (!there) await taken.lease.release();
  }
  return there ? { ...taken, namespace } : undefined;
}
