import { ANNOTATIONS } from '../../../objects/names.ts';
import type { ReviewNamespace } from './review-namespace.ts';

/** Milliseconds for which an offered place is kept. */
export const OFFER_MS = 3_600_000;

/** The position of an environment among those of its app. */
export interface Place {
  max: number;
  /** Environments with a place; one that is being deleted counts until it is gone. */
  inUse: number;
  /** Places without an environment. */
  free: number;
  /** Environments before it in the queue. */
  ahead: number;
  /** It is among the oldest `max` environments. */
  isEarly: boolean;
  /** Pull requests that have a place. */
  holders: number[];
}

/**
 * First come, first served: by the time of joining the queue, then by name.
 * @param now milliseconds since the epoch, as all times here
 */
export function placeOf(name: string, environments: readonly ReviewNamespace[], max: number, now: number): Place {
  const using = environments.filter(({ queuedSince }) => queuedSince === undefined);
  const queue = queueOf(environments, now);
  const early = [...using].sort(byTime(({ createdAt }) => createdAt)).slice(0, max);
  const position = queue.findIndex((one) => one.name === name);
  return {
    max,
    inUse: using.length,
    free: Math.max(0, max - using.length),
    ahead: position < 0 ? queue.length : position,
    isEarly: early.some((one) => one.name === name),
    holders: using.map(({ number }) => number).sort((a, b) => a - b),
  };
}

/** The environments that wait, in order; those that missed an offer come last. */
export function queueOf(environments: readonly ReviewNamespace[], now: number): ReviewNamespace[] {
  const waiting = environments
    .filter(({ queuedSince, deletedSince }) => queuedSince !== undefined && deletedSince === undefined)
    .sort(byTime(({ queuedSince }) => queuedSince));
  const isLate = (one: ReviewNamespace) => missedOffer(one, now);
  return [...waiting.filter((one) => !isLate(one)), ...waiting.filter(isLate)];
}

/**
 * It was offered a place, and no run took it in time: others come first, and its next run joins the end of the queue. The same
 * holds for one that cannot be offered a place, as earlier versions wrote them.
 */
export function missedOffer(
  { offeredAt, annotations }: Pick<ReviewNamespace, 'offeredAt' | 'annotations'>,
  now: number,
): boolean {
  return offeredAt === undefined ? queuedRunIn(annotations) === undefined : now - offeredAt >= OFFER_MS;
}

/** The run of an environment in the queue, and the `review.max` that it read. */
export interface QueuedRun {
  max: number;
  /** Id; undefined for a run by hand. */
  run: number | undefined;
}

/** The environments to offer a place to, in order: one for each place that is neither taken nor offered. */
export function nextInQueue(
  environments: readonly ReviewNamespace[],
  now: number,
): { environment: ReviewNamespace; queued: QueuedRun }[] {
  const queue = queueOf(environments, now).filter((one) => !missedOffer(one, now));
  const using = environments.filter(({ queuedSince }) => queuedSince === undefined);
  let taken = using.length + queue.filter(({ offeredAt }) => offeredAt !== undefined).length;
  return queue.flatMap((environment) => {
    const queued = queuedRunIn(environment.annotations);
    if (environment.offeredAt !== undefined || queued === undefined || taken >= queued.max) return [];
    taken += 1;
    return [{ environment, queued }];
  });
}

function queuedRunIn(annotations: ReviewNamespace['annotations']): QueuedRun | undefined {
  try {
    const queued = JSON.parse(annotations[ANNOTATIONS.queuedRun] ?? '') as { max: number; run?: number };
    return Number.isInteger(queued.max) ? { max: queued.max, run: queued.run } : undefined;
  } catch {
    return undefined;
  }
}

function byTime(time: (environment: ReviewNamespace) => number | undefined) {
  return (a: ReviewNamespace, b: ReviewNamespace) => (time(a) ?? 0) - (time(b) ?? 0) || (a.name < b.name ? -1 : 1);
}

/** `3 of 3 environments are in use (#4, #5, #9); you are 1st in the queue …` */
export function placeWords({ max, inUse, ahead, holders }: Place): string {
  const shown = holders
    .slice(0, 10)
    .map((number) => `#${number}`)
    .join(', ');
  const all = holders.length > 10 ? `${shown} and others` : shown;
  return `${inUse} of ${max} environments are in use (${all}); you are ${ordinal(ahead + 1)} in the queue. Free one by closing its pull request, or by \`/review down\` there; then run this again, or push.`;
}

/** 1st, 2nd, 3rd, 4th, 11th … */
export function ordinal(number: number): string {
  const tens = number % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
}
