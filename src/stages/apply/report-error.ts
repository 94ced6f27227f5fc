import {
  Cancelled,
  OutcomeUnknown,
  RolloutFailed,
  SignedOut,
  SlipwayError,
  TimedOut,
  Unreachable,
} from '../../errors.ts';
import { shortName } from '../../objects/ref.ts';
import type { ObjectReport } from './request.ts';

/**
 * The error of a rollout that did not become ready: what failed, or what interrupted it and how things stood then.
 * @param interruption what was thrown while objects were written or waited for
 * @param waitedMs how long was waited at most
 */
export function errorOf(objects: readonly ObjectReport[], interruption: unknown, waitedMs: number): SlipwayError {
  const told = objects.filter(({ outcome }) => outcome === 'failed' || outcome === 'timed-out');
  const [first, ...more] = told;
  if (!first) return interrupted(interruption, lastSeen(objects));
  // The first one is told with all that is known, and is not buried under the logs of the others.
  const others = more.flatMap(({ ref, reason, remedy }) => [
    `also ${shortName(ref)}: ${reason}`,
    ...(remedy ? [`  ${remedy}`] : []),
  ]);
  const remedy = first.remedy ? { remedy: first.remedy } : {};
  if (first.outcome === 'failed') {
    const details = [`seen ${seconds(first.ms)} after it was written`, ...others, ...first.diagnosis];
    return new RolloutFailed(`${shortName(first.ref)}: ${first.reason}`, { details, ...remedy });
  }
  return new TimedOut(`${shortName(first.ref)}: not ready after ${seconds(waitedMs)}: ${first.reason}`, {
    details: [...others, ...first.diagnosis],
    remedy: 'If it only needs longer, raise the input `timeout`.',
    ...remedy,
  });
}

/** What an error means once something was written. */
function interrupted(error: unknown, seen: string[]): SlipwayError {
  if (error instanceof Unreachable) {
    return new OutcomeUnknown(`the rollout had begun when contact was lost: ${error.message}`, {
      details: ['Nothing was rolled back: what is in the cluster now is not known.', ...error.details, ...seen],
      remedy:
        error instanceof SignedOut && error.remedy
          ? `${error.remedy} Then run this again: it takes up whatever it finds.`
          : 'When the cluster answers again, run this again: it takes up whatever it finds.',
      cause: error,
    });
  }
  if (error instanceof Cancelled && seen.length > 0) {
    return new Cancelled(error.message, {
      details: ['when it was cancelled:', ...seen],
      ...(error.remedy ? { remedy: error.remedy } : {}),
      cause: error,
    });
  }
  if (error instanceof SlipwayError) return error;
  throw error;
}

/** How far everything had come that was still on its way. */
function lastSeen(objects: readonly ObjectReport[]): string[] {
  return objects
    .filter(({ outcome }) => outcome === 'cancelled' || outcome === 'unknown')
    .map(({ ref, reason, diagnosis }) => `  ${shortName(ref)}: ${[reason, ...diagnosis].join('; ')}`);
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
