import { Cancelled, OutcomeUnknown, Superseded } from './errors.ts';

/** How a stage ended. `unknown` is never guessed into one of the others. */
export type Outcome = 'succeeded' | 'failed' | 'rolled-back' | 'unchanged' | 'cancelled' | 'superseded' | 'unknown';

/** Exit code of a stage: anything but succeeded, unchanged and superseded is non-zero. */
export function exitCodeOf(outcome: Outcome): 0 | 1 {
  return outcome === 'succeeded' || outcome === 'unchanged' || outcome === 'superseded' ? 0 : 1;
}

/** The outcome of a stage that threw this error. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof Cancelled) return 'cancelled';
  if (error instanceof Superseded) return 'superseded';
  return error instanceof OutcomeUnknown ? 'unknown' : 'failed';
}
