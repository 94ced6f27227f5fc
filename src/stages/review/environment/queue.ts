import { messageOf } from '../../../errors.ts';
import { ANNOTATIONS } from '../../../objects/names.ts';
import { hasMissed, nextInLine, type Place, placeOf } from '../../../plan/review/environment/queue.ts';
import {
  type ReviewNamespace,
  repositorySelector,
  reviewNamespaceOf,
} from '../../../plan/review/environment/review-namespace.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Cluster, GitHub, Log } from '../../../ports.ts';
import type { Site } from '../../site.ts';
import { annotate } from './annotate.ts';
import { claimNamespace } from './namespace.ts';

type Annotations = Readonly<Record<string, string>>;

/** Nothing of the queue is left on a namespace that has a place. */
export const NOT_QUEUED = {
  [ANNOTATIONS.queued]: undefined,
  [ANNOTATIONS.queuedRun]: undefined,
  [ANNOTATIONS.called]: undefined,
};

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };

/** The review environments of one app of a repository. */
export async function environmentsOf(
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
 * Takes a place among the `review.max` environments of the app, or one in the queue. The queue is kept in the cluster: an empty
 * namespace of the environment's own, marked as queued. Of two runs at once that both see the last place, both look again after
 * they took it, and the later one steps back.
 * @returns undefined: there is a place
 */
export async function takePlace(plan: ReviewUpPlan, site: Site): Promise<Place | undefined> {
  const { cluster, clock } = site;
  const { max, owner, namespace: name } = plan;
  if (max === undefined) return undefined;
  const before = (await environmentsOf(owner, cluster)).find((environment) => environment.name === name);
  if (before && before.queuedSince === undefined && before.deletedSince === undefined) return undefined;
  const { uid } = (await claimNamespace(name, owner, site)).metadata;
  const now = clock.now();
  const call = JSON.stringify({ max, run: runIdOf(plan.run) });
  const queue = () =>
    annotate(
      name,
      uid,
      // Another run of this pull request may have had the place, and have deployed: then it is not taken from it.
      (old) => (old[ANNOTATIONS.expiresAt] === undefined ? waitsNow(old, call, now) : {}),
      cluster,
    );
  const marked = await queue();
  if (marked === undefined) return takePlace(plan, site);
  if (marked.metadata.annotations?.[ANNOTATIONS.queued] === undefined) return undefined;
  const place = placeOf(name, await environmentsOf(owner, cluster), max, now);
  if (place.ahead >= place.free) return place;
  await annotate(name, uid, () => NOT_QUEUED, cluster);
  const again = placeOf(name, await environmentsOf(owner, cluster), max, now);
  if (again.inUse <= max || again.isEarly) return undefined;
  await queue();
  return placeOf(name, await environmentsOf(owner, cluster), max, now);
}

/** It keeps its place in the queue, unless it did not come when it was called. */
function waitsNow(old: Annotations, call: string, now: number) {
  const called = Date.parse(old[ANNOTATIONS.called] ?? '');
  const before = { calledAt: Number.isNaN(called) ? undefined : called, annotations: old };
  const since = hasMissed(before, now) ? undefined : old[ANNOTATIONS.queued];
  return {
    [ANNOTATIONS.queued]: since ?? new Date(now).toISOString(),
    [ANNOTATIONS.queuedRun]: call,
    [ANNOTATIONS.called]: undefined,
  };
}

/** Of the address of a run; undefined for a run by hand. */
function runIdOf(url: string): number | undefined {
  const id = Number(/\/actions\/runs\/(\d+)/.exec(url)?.[1]);
  return Number.isInteger(id) && id > 0 ? id : undefined;
}

type Calling = Omit<Site, 'signal'> & { github: Pick<GitHub, 'runAgain'> | undefined };

/** Who was called from the queue; `again`: their run was started once more. */
export interface Called {
  environment: ReviewNamespace;
  again: boolean;
}

/**
 * Calls those who wait for a place that is free now: their run is started once more, where the token may do that
 * (`actions: write`). Each is called once: for an hour its place is kept, then others are called. A run that finds no place
 * waits on.
 */
export async function callFirst(
  owner: { repositoryId: number; app: string },
  { cluster, github, clock, log }: Calling,
): Promise<Called[]> {
  const now = clock.now();
  const called: Called[] = [];
  for (const { environment, call } of nextInLine(await environmentsOf(owner, cluster), now)) {
    if (!(await noteCall(environment, now, cluster))) continue;
    called.push({ environment, again: await startAgain(call.run, github, log) });
    log.info(`a place is free for pull request #${environment.number}`);
  }
  return called;
}

/** @returns false where another run has called it, or it has a place by now */
async function noteCall({ name, uid }: ReviewNamespace, now: number, cluster: Cluster): Promise<boolean> {
  let waits = false;
  const change = (old: Annotations) => {
    waits = old[ANNOTATIONS.queued] !== undefined && old[ANNOTATIONS.called] === undefined;
    return waits ? { [ANNOTATIONS.called]: new Date(now).toISOString() } : {};
  };
  return (await annotate(name, uid, change, cluster)) !== undefined && waits;
}

async function startAgain(run: number | undefined, github: Calling['github'], log: Log): Promise<boolean> {
  if (run === undefined || github === undefined) return false;
  try {
    await github.runAgain(run);
    return true;
  } catch (error) {
    log.info(`run ${run} was not started again: ${messageOf(error)}`);
    return false;
  }
}
