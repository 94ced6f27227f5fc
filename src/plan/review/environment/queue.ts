import { ANNOTATIONS } from '../../../objects/names.ts';
import type { ReviewNamespace } from './review-namespace.ts';

/** Milliseconds for which a place is kept for who was called. */
export const CALL_MS = 3_600_000;

/** Where an environment stands among those of its app. */
export interface Place {
  max: number;
  /** Environments that are there; one that is being deleted counts until it is gone. */
  inUse: number;
  /** Places that nobody has. */
  free: number;
  /** How many wait before it. */
  ahead: number;
  /** It is among the first `max` by the time they were made. */
  isEarly: boolean;
  /** Pull requests whose environments are there. */
  holders: number[];
}

/**
 * First come, first served: by when they began to wait, then by name.
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

/** The environments that wait, the first one first; behind them those that did not come when they were called. */
export function queueOf(environments: readonly ReviewNamespace[], now: number): ReviewNamespace[] {
  const waiting = environments
    .filter(({ queuedSince, deletedSince }) => queuedSince !== undefined && deletedSince === undefined)
    .sort(byTime(({ queuedSince }) => queuedSince));
  const isLate = (one: ReviewNamespace) => hasMissed(one, now);
  return [...waiting.filter((one) => !isLate(one)), ...waiting.filter(isLate)];
}

type Waiting = Pick<ReviewNamespace, 'calledAt' | 'annotations'>;

/**
 * It was called, and no run of its came in time: others go first, and its next run waits anew. So does one that cannot be
 * called: an earlier version noted a call like that.
 */
export function hasMissed({ calledAt, annotations }: Waiting, now: number): boolean {
  return calledAt === undefined ? callIn(annotations) === undefined : now - calledAt >= CALL_MS;
}

/** What to start for an environment that is called, and how many places its run knows of. */
export interface Call {
  max: number;
  /** Id of its run; undefined for a run by hand. */
  run: number | undefined;
}

/** Who is to be called, the first one first: as many as there are places that nobody has, and that are kept for nobody. */
export function nextInLine(
  environments: readonly ReviewNamespace[],
  now: number,
): { environment: ReviewNamespace; call: Call }[] {
  const queue = queueOf(environments, now).filter((one) => !hasMissed(one, now));
  const using = environments.filter(({ queuedSince }) => queuedSince === undefined);
  let taken = using.length + queue.filter(({ calledAt }) => calledAt !== undefined).length;
  return queue.flatMap((environment) => {
    const call = callIn(environment.annotations);
    if (environment.calledAt !== undefined || call === undefined || taken >= call.max) return [];
    taken += 1;
    return [{ environment, call }];
  });
}

function callIn(annotations: ReviewNamespace['annotations']): Call | undefined {
  try {
    const call = JSON.parse(annotations[ANNOTATIONS.queuedRun] ?? '') as { max: number; run?: number };
    return Number.isInteger(call.max) ? { max: call.max, run: call.run } : undefined;
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
