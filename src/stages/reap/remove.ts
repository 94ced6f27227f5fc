import { judgementOf, type Over, overWords, type Reaped } from '../../plan/reap/judgement.ts';
import type { ReapPlan } from '../../plan/reap/reap-plan.ts';
import { type ReviewNamespace, repositorySelector } from '../../plan/review/environment/review-namespace.ts';
import { blockedBy } from '../../plan/review/environment/terminating.ts';
import type { Cluster } from '../../ports.ts';
import { inPool } from '../pool.ts';
import { namespaceRef, TERMINATING_MS } from '../review/environment/namespace.ts';
import type { Site } from '../site.ts';
import { NAMESPACE } from './survey.ts';
import { CHANGED, underLease } from './under-lease.ts';

const INTERVAL_MS = 2_000;
const AT_ONCE = 8;

/**
 * Deletes an environment: only the very namespace that was looked at, and only if nothing has changed on it since. What is in
 * it is left to the namespace controller. One whose pull request is open, and that has expired, is deleted under its lease: a
 * deploy that is at work there renews it.
 * @returns undefined when it is on its way; else why it was kept
 */
export async function startRemoval(
  { environment, over }: { environment: ReviewNamespace; over: Over },
  plan: ReapPlan,
  site: Site,
): Promise<Reaped | undefined> {
  const why = overWords(over, environment);
  site.log.info(`deleting namespace ${environment.name}: ${why}`);
  const isExpired = (now: ReviewNamespace) =>
    judgementOf(now, new Set([now.number]), site.clock.now()).is === 'expired';
  const kept =
    over === 'expired' ? await underLease(environment, plan, isExpired, site, remove) : await remove(environment, site);
  return kept === undefined ? undefined : { environment, fate: 'kept', because: `${why}, but ${kept}`, details: [] };
}

async function remove(
  { name, uid, resourceVersion }: ReviewNamespace,
  { cluster }: Pick<Site, 'cluster'>,
): Promise<string | undefined> {
  return (await cluster.delete(namespaceRef(name), { uid, resourceVersion })) ? undefined : CHANGED;
}

/** An environment that is being deleted. */
export interface Going {
  environment: ReviewNamespace;
  /** undefined: it was so when this run came. */
  over: Over | undefined;
  /** Milliseconds since the epoch. */
  since: number;
}

/** Waits until they are gone, each for five minutes since its deletion at most, and names what keeps those that stay. */
export async function awaitRemoval(
  going: readonly Going[],
  repositoryId: number,
  { cluster, clock, signal }: Site,
): Promise<Reaped[]> {
  let left = going;
  for (;;) {
    const there = left.length === 0 ? new Set() : await uidsIn(repositoryId, cluster);
    left = left.filter(({ environment }) => there.has(environment.uid));
    const now = clock.now();
    if (left.every(({ since }) => now - since >= TERMINATING_MS)) break;
    await clock.sleep(INTERVAL_MS, signal);
  }
  const gone = going.filter((one) => !left.includes(one)).map(removed);
  return [...gone, ...(await inPool(left, (one) => stuck(one, cluster), AT_ONCE))];
}

/** One list, however many they are. */
async function uidsIn(repositoryId: number, cluster: Cluster): Promise<Set<string | undefined>> {
  const labelSelector = repositorySelector(repositoryId);
  const listed = await cluster.list(NAMESPACE, { labelSelector, metadataOnly: true });
  return new Set(listed.map(({ metadata }) => metadata.uid));
}

function removed({ environment, over }: Going): Reaped {
  const because = over === undefined ? 'its deletion had begun before' : overWords(over, environment);
  return { environment, fate: 'removed', because, details: [], ...(over === undefined ? {} : { over }) };
}

async function stuck({ environment, over, since }: Going, cluster: Cluster): Promise<Reaped> {
  const live = await cluster.get(namespaceRef(environment.name));
  if (live?.metadata.uid !== environment.uid) return removed({ environment, over, since });
  const because = `still being deleted, since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return { environment, fate: 'failed', because, details: blockedBy(live) };
}
