import { missedOffer } from '../review/environment/queue.ts';
import type { ReviewNamespace } from '../review/environment/review-namespace.ts';

/** The judgement of an environment from its namespace and the list of open pull requests. */
export type Judgement =
  /** Its pull request is not in the list of open ones. The list can be incomplete, so the closure has to be proven. */
  | { is: 'unclaimed' }
  /** Its pull request is open, its ttl has passed without a deploy, and it is not queued. */
  | { is: 'expired' }
  /** Unused for longer than `review.sleep`. */
  | { is: 'idle' }
  /** Kubernetes is deleting it already. */
  | { is: 'going' }
  | { is: 'wanted' };

/**
 * @param open numbers of the open pull requests
 * @param now milliseconds since the epoch
 */
export function judgementOf(environment: ReviewNamespace, open: ReadonlySet<number>, now: number): Judgement {
  if (environment.deletedSince !== undefined) return { is: 'going' };
  if (!open.has(environment.number)) return { is: 'unclaimed' };
  if (environment.queuedSince !== undefined && !missedOffer(environment, now)) return { is: 'wanted' };
  if (environment.expiresAt <= now) return { is: 'expired' };
  if (environment.sleepsAt !== undefined && environment.sleepsAt <= now) return { is: 'idle' };
  return { is: 'wanted' };
}

/** Why an environment is over; proven before anything is deleted. */
export type Over = 'closed' | 'orphaned' | 'expired';

/** The result for one environment. */
export interface Reaped {
  environment: ReviewNamespace;
  fate: 'removed' | 'slept' | 'kept' | 'failed';
  /** Why, for people. */
  because: string;
  over?: Over;
  /** For a failure: what blocks it, and what to do. */
  details: readonly string[];
}

/** Number of environments with a result. */
export function countOf(reaped: readonly Reaped[], fate: Reaped['fate']): number {
  return reaped.filter((one) => one.fate === fate).length;
}

/** In words: `pull request #7 is closed`. */
export function overWords(over: Over, { number, expiresAt }: ReviewNamespace): string {
  switch (over) {
    case 'closed':
      return `pull request #${number} is closed`;
    case 'orphaned':
      return `there is no pull request #${number}`;
    case 'expired':
      return `no deploy for its whole ttl, which ended ${new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  }
}
