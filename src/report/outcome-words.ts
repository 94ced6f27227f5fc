import type { Outcome } from '../outcome.ts';

/** The sign of an outcome. The words always follow it. */
export const OUTCOME_SIGNS: Record<Outcome, string> = {
  succeeded: '✅',
  unchanged: '☑️',
  superseded: '⏭️',
  'rolled-back': '↩️',
  failed: '❌',
  cancelled: '🚫',
  unknown: '❓',
};

/** The outcome in a sentence. */
export const OUTCOME_WORDS: Record<Outcome, string> = {
  succeeded: 'succeeded',
  unchanged: 'nothing to change',
  superseded: 'superseded by a newer commit',
  'rolled-back': 'failed, rolled back',
  failed: 'failed',
  cancelled: 'cancelled',
  unknown: 'ended in an unknown state',
};
