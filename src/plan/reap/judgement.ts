import { missedOffer } from '../review/environment/queue.ts';
import type { ReviewNamespace } from '../review/environment/review-namespace.ts';

/** What a reaper thinks of an environment, from what it holds and the open pull requests alone. */
export type Judgement =
  /** Its pull request is not among the open ones: to be proven, a list can miss one. */
  | { is: 'unclaimed' }
  /** Its pull request is open, and nobody has deployed to it for its whole ttl; nor does it wait for a place. */
  | { is: 'expired' }
  /** Nobody has used it for a while. */
  | { is: 'idle' }
  /** It is being deleted already. */
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

/** Why an environment is over; each is proven before anything is deleted. */
export type Over = 'closed' | 'orphaned' | 'expired';

/** What became of an environment. */
export interface Reaped {
  environment: ReviewNamespace;
  fate: 'removed' | 'slept' | 'kept' | 'failed';
  /** For people: why. */
  because: string;
  over?: Over;
  /** Of what failed: what keeps it, and what to do. */
  details: readonly string[];
}

/** What a list of environments came to, by fate. */
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
