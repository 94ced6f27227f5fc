import type { ReviewNamespace } from '../reap/environment.ts';

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

/** First come, first served: by when they began to wait, then by name. */
export function placeOf(name: string, environments: readonly ReviewNamespace[], max: number): Place {
  const waits = ({ queuedSince }: ReviewNamespace) => queuedSince !== undefined;
  const using = environments.filter((one) => !waits(one));
  const queue = environments
    .filter((one) => waits(one) && one.deletedSince === undefined)
    .sort(byTime((one) => one.queuedSince));
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

/** The environments that wait, the first one first. */
export function queueOf(environments: readonly ReviewNamespace[]): ReviewNamespace[] {
  return environments
    .filter(({ queuedSince, deletedSince }) => queuedSince !== undefined && deletedSince === undefined)
    .sort(byTime(({ queuedSince }) => queuedSince));
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
