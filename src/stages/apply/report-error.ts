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
import { logLinesOf } from './diagnose.ts';
import { errorLine } from './error-line.ts';
import type { ObjectReport } from './request.ts';

/**
 * The error of a rollout that did not become ready: the object that failed, or the interruption and the last known states.
 * @param interruption the error of a write or of the wait
 * @param waitedMs the longest wait, in milliseconds
 */
export function rolloutError(objects: readonly ObjectReport[], interruption: unknown, waitedMs: number): SlipwayError {
  const notReady = objects.filter(({ outcome }) => outcome === 'failed' || outcome === 'timed-out');
  const [first, ...more] = notReady;
  if (!first) return interrupted(interruption, objects);
  // The first one has its whole diagnosis; the logs of the others would bury it.
  const others = more.flatMap(({ ref, reason, remedy }) => [
    `also ${shortName(ref)}: ${reason}`,
    ...(remedy ? [`  ${remedy}`] : []),
  ]);
  const remedy = first.remedy ? { remedy: first.remedy } : {};
  if (first.outcome === 'failed') {
    const details = [`seen ${seconds(first.ms)} after it was written`, ...others, ...first.diagnosis];
    return new RolloutFailed(`${shortName(first.ref)}: ${first.reason}${causeOf(first)}`, { details, ...remedy });
  }
  return new TimedOut(`${shortName(first.ref)}: not ready after ${seconds(waitedMs)}: ${first.reason}`, {
    details: [...others, ...first.diagnosis],
    remedy: 'If it only needs longer, raise the input `timeout`.',
    ...remedy,
  });
}

/** The error line of a Job's log: the exit code alone does not explain the failure. */
function causeOf({ ref, diagnosis }: ObjectReport): string {
  const line = ref.kind === 'Job' ? errorLine(logLinesOf(diagnosis)) : undefined;
  return line === undefined ? '' : `: ${line}`;
}

/** The meaning of an error once something was written. */
function interrupted(error: unknown, objects: readonly ObjectReport[]): SlipwayError {
  const open = objects.filter(({ outcome }) => outcome === 'cancelled' || outcome === 'unknown');
  const seen = open.map(lastSeen);
  if (error instanceof Unreachable) {
    return new OutcomeUnknown(`the rollout had started when contact was lost: ${error.message}`, {
      details: ['Nothing was rolled back, because the state of the cluster is not known.', ...error.details, ...seen],
      remedy:
        error instanceof SignedOut && error.remedy
          ? `${error.remedy} Then run this again: it continues from what it finds.`
          : 'When the cluster answers again, run this again: it continues from what it finds.',
      cause: error,
    });
  }
  if (error instanceof Cancelled && seen.length > 0) {
    // A known cause outlives the cancellation: a person may have cancelled the run because of it.
    const known = open.find((one) => one.remedy !== undefined);
    const message = known ? `${error.message}, while ${shortName(known.ref)}: ${known.reason}` : error.message;
    const remedies = [known?.remedy, error.remedy].filter((text) => text !== undefined);
    return new Cancelled(message, {
      details: ['when it was cancelled:', ...seen],
      ...(remedies.length > 0 ? { remedy: remedies.join(' ') } : {}),
      cause: error,
    });
  }
  if (error instanceof SlipwayError) return error;
  throw error;
}

/** The last known state of an object that was still waited for. */
function lastSeen({ ref, reason, diagnosis }: ObjectReport): string {
  return `  ${shortName(ref)}: ${[reason, ...diagnosis].join('; ')}`;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
