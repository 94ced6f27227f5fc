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
 * Deletes an environment, at the uid and version that were read; the namespace controller deletes the content. An
 * expired environment of an open pull request is deleted under its lease, which a running deploy renews.
 * @returns undefined if it is being deleted, otherwise why it was kept
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
  /** undefined: another run deleted it. */
  over: Over | undefined;
  /** Milliseconds since the epoch. */
  since: number;
}

/**
 * Waits until the environments no longer exist, at most five minutes after each deletion, and reports what blocks the others.
 */
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

/** One request for all environments. */
async function uidsIn(repositoryId: number, cluster: Cluster): Promise<Set<string | undefined>> {
  const labelSelector = repositorySelector(repositoryId);
  const listed = await cluster.list(NAMESPACE, { labelSelector, metadataOnly: true });
  return new Set(listed.map(({ metadata }) => metadata.uid));
}

function removed({ environment, over }: Going): Reaped {
  const because = over === undefined ? 'another run deleted it' : overWords(over, environment);
  return { environment, fate: 'removed', because, details: [], ...(over === undefined ? {} : { over }) };
}

async function stuck({ environment, over, since }: Going, cluster: Cluster): Promise<Reaped> {
  const live = await cluster.get(namespaceRef(environment.name));
  if (live?.metadata.uid !== environment.uid) return removed({ environment, over, since });
  const because = `still being deleted, since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return { environment, fate: 'failed', because, details: blockedBy(live) };
}
