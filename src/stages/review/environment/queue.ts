import { messageOf } from '../../../errors.ts';
import { ANNOTATIONS } from '../../../objects/names.ts';
import { missedOffer, nextInQueue, type Place, placeOf } from '../../../plan/review/environment/queue.ts';
import {
  type ReviewNamespace,
  repositorySelector,
  reviewNamespaceOf,
} from '../../../plan/review/environment/review-namespace.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Cluster, GitHub } from '../../../ports.ts';
import type { Site } from '../../site.ts';
import { annotate } from './annotate.ts';
import { claimNamespace } from './namespace.ts';

type Annotations = Readonly<Record<string, string>>;

/** Removes every mark of the queue. */
export const NOT_QUEUED = {
  [ANNOTATIONS.queued]: undefined,
  [ANNOTATIONS.queuedRun]: undefined,
  [ANNOTATIONS.called]: undefined,
};

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };

/** The review environments of one app of a repository. */
async function environmentsOf(
  { repositoryId, app }: { repositoryId: number; app: string },
  cluster: Cluster,
): Promise<ReviewNamespace[]> {
  const listed = await cluster.list(NAMESPACE, { labelSelector: repositorySelector(repositoryId), metadataOnly: true });
  return listed.flatMap(({ metadata }) => {
    const environment = reviewNamespaceOf(metadata, repositoryId);
    return environment?.app === app ? [environment] : [];
  });
}

/**
 * Takes one of the `review.max` places of the app, or joins the queue. The queue is in the cluster: an empty namespace of the
 * environment, marked as queued. Two runs that take the last place at the same moment both look again, and the later one
 * returns to the queue.
 * @returns the position in the queue; undefined: it has a place
 */
export async function takePlace(plan: ReviewUpPlan, site: Site): Promise<Place | undefined> {
  const { max, owner, namespace: name } = plan;
  const { cluster, clock } = site;
  if (max === undefined) return undefined;
  const before = (await environmentsOf(owner, cluster)).find((environment) => environment.name === name);
  if (before && before.queuedSince === undefined && before.deletedSince === undefined) return undefined;
  const { uid } = (await claimNamespace(name, owner, site)).metadata;
  const now = clock.now();
  const run = JSON.stringify({ max, run: runIdOf(plan.run) });
  // Another run of this pull request may have had the place, and have deployed: it keeps it.
  const join = (old: Annotations) => (old[ANNOTATIONS.expiresAt] === undefined ? queuedNow(old, run, now) : {});
  const queued = await annotate(name, uid, join, cluster);
  if (queued === undefined) return takePlace(plan, site);
  if (queued.metadata.annotations?.[ANNOTATIONS.queued] === undefined) return undefined;
  const place = placeOf(name, await environmentsOf(owner, cluster), max, now);
  if (place.ahead >= place.free) return place;
  await annotate(name, uid, () => NOT_QUEUED, cluster);
  const again = placeOf(name, await environmentsOf(owner, cluster), max, now);
  if (again.inUse <= max || again.isEarly) return undefined;
  await annotate(name, uid, join, cluster);
  return placeOf(name, await environmentsOf(owner, cluster), max, now);
}

/** Its time in the queue stays, unless it missed an offer. */
function queuedNow(old: Annotations, run: string, now: number) {
  const offered = Date.parse(old[ANNOTATIONS.called] ?? '');
  const before = { offeredAt: Number.isNaN(offered) ? undefined : offered, annotations: old };
  const since = missedOffer(before, now) ? undefined : old[ANNOTATIONS.queued];
  return {
    [ANNOTATIONS.queued]: since ?? new Date(now).toISOString(),
    [ANNOTATIONS.queuedRun]: run,
    [ANNOTATIONS.called]: undefined,
  };
}

/** Id of a run, from its URL; undefined for a run by hand. */
function runIdOf(url: string): number | undefined {
  const id = Number(/\/actions\/runs\/(\d+)/.exec(url)?.[1]);
  return Number.isInteger(id) && id > 0 ? id : undefined;
}

/** A free place that is kept for an environment of the queue. */
export interface Offer {
  environment: ReviewNamespace;
  /** Its run was restarted. */
  restarted: boolean;
}

/**
 * Offers the free places of an app to the first environments of its queue, and restarts their runs where the token may do that
 * (`actions: write`). An offer holds for an hour; then the next environment gets one. A run that still finds no place waits on.
 */
export async function offerPlaces(
  owner: { repositoryId: number; app: string },
  { cluster, github, clock, log }: Omit<Site, 'signal'> & { github: Pick<GitHub, 'runAgain'> | undefined },
): Promise<Offer[]> {
  const now = clock.now();
  const offers: Offer[] = [];
  for (const { environment, queued } of nextInQueue(await environmentsOf(owner, cluster), now)) {
    if (!(await noteOffer(environment, now, cluster))) continue;
    offers.push({ environment, restarted: await rerun(queued.run, github, log) });
    log.info(`a place is free for pull request #${environment.number}`);
  }
  return offers;
}

/** @returns false where another run has made the offer, or the environment has a place by now */
async function noteOffer({ name, uid }: ReviewNamespace, now: number, cluster: Cluster): Promise<boolean> {
  let waits = false;
  const change = (old: Annotations) => {
    waits = old[ANNOTATIONS.queued] !== undefined && old[ANNOTATIONS.called] === undefined;
    return waits ? { [ANNOTATIONS.called]: new Date(now).toISOString() } : {};
  };
  return (await annotate(name, uid, change, cluster)) !== undefined && waits;
}

async function rerun(
  run: number | undefined,
  github: Pick<GitHub, 'runAgain'> | undefined,
  log: Site['log'],
): Promise<boolean> {
  if (run === undefined || github === undefined) return false;
  try {
    await github.runAgain(run);
    return true;
  } catch (error) {
    log.info(`run ${run} was not restarted: ${messageOf(error)}`);
    return false;
  }
}
