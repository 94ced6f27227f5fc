import type { Outcome } from '../../outcome.ts';
import type { RollOutReport } from '../apply/request.ts';

/** The outcome of a rollout that nothing was done about. */
export function outcomeOf({ outcome }: Pick<RollOutReport, 'outcome'>): Outcome {
  if (outcome === 'cancelled' || outcome === 'unknown') return outcome;
  return outcome === 'ready' ? 'succeeded' : 'failed';
}
