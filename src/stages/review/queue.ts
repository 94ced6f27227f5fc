import { messageOf } from '../../errors.ts';
import { ANNOTATIONS } from '../../plan/names.ts';
import { type ReviewNamespace, repositorySelector, reviewNamespaceOf } from '../../plan/reap/environment.ts';
import { type Place, placeOf, queueOf } from '../../plan/review/queue.ts';
import type { ReviewUpPlan } from '../../plan/review-plan.ts';
import type { Cluster, GitHub, Log } from '../../ports.ts';
import { annotate } from './annotate.ts';
import { claimNamespace, type Waiting } from './namespace.ts';

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
export async function takePlace(plan: ReviewUpPlan, cluster: Cluster, waiting: Waiting): Promise<Place | undefined> {
  const { max, owner, namespace: name } = plan;
  if (max === undefined) return undefined;
  const before = (await environmentsOf(owner, cluster)).find((environment) => environment.name === name);
  if (before && before.queuedSince === undefined && before.deletedSince === undefined) return undefined;
  const { uid } = (await claimNamespace(name, owner, cluster, waiting)).metadata;
  const now = new Date(waiting.clock.now()).toISOString();
  const call = JSON.stringify({ max, run: runIdOf(plan.run) });
  const queue = () =>
    annotate(
      name,
      uid,
      // Another run of this pull request may have had the place, and have deployed: then it is not taken from it.
      (old) =>
        old[ANNOTATIONS.expiresAt] === undefined
          ? { [ANNOTATIONS.queued]: old[ANNOTATIONS.queued] ?? now, [ANNOTATIONS.queuedRun]: call }
          : {},
      cluster,
    );
  const marked = await queue();
  if (marked === undefined) return takePlace(plan, cluster, waiting);
  if (marked.metadata.annotations?.[ANNOTATIONS.queued] === undefined) return undefined;
  const place = placeOf(name, await environmentsOf(owner, cluster), max);
  if (place.ahead >= place.free) return place;
  await annotate(name, uid, () => ({ [ANNOTATIONS.queued]: undefined, [ANNOTATIONS.queuedRun]: undefined }), cluster);
  const again = placeOf(name, await environmentsOf(owner, cluster), max);
  if (again.inUse <= max || again.isEarly) return undefined;
  await queue();
  return placeOf(name, await environmentsOf(owner, cluster), max);
}

/** Of the address of a run; undefined for a run by hand. */
function runIdOf(url: string): number | undefined {
  const id = Number(/\/actions\/runs\/(\d+)/.exec(url)?.[1]);
  return Number.isInteger(id) && id > 0 ? id : undefined;
}

interface Calling {
  cluster: Cluster;
  github: Pick<GitHub, 'runAgain'> | undefined;
  log: Log;
}

/** Who was called from the queue; `again`: their run was started once more. */
export interface Called {
  environment: ReviewNamespace;
  again: boolean;
}

/**
 * Calls those who wait for a place that is free now: their run is started once more, where the token may do that
 * (`actions: write`). Each is called once; a run that finds no place queues anew.
 */
export async function callFirst(
  owner: { repositoryId: number; app: string },
  { cluster, github, log }: Calling,
): Promise<Called[]> {
  const environments = await environmentsOf(owner, cluster);
  const using = environments.filter(({ queuedSince }) => queuedSince === undefined).length;
  const called: Called[] = [];
  for (const environment of queueOf(environments)) {
    const call = callOf(environment);
    if (call === undefined || using + called.length >= call.max) continue;
    await annotate(environment.name, environment.uid, () => ({ [ANNOTATIONS.queuedRun]: undefined }), cluster);
    called.push({ environment, again: await startAgain(call.run, github, log) });
    log.info(`a place is free for pull request #${environment.number}`);
  }
  return called;
}

function callOf({ annotations }: ReviewNamespace): { max: number; run: number | undefined } | undefined {
  try {
    const call = JSON.parse(annotations[ANNOTATIONS.queuedRun] ?? '') as { max: number; run?: number };
    return Number.isInteger(call.max) ? { max: call.max, run: call.run } : undefined;
  } catch {
    return undefined;
  }
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
