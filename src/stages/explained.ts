import { Cancelled, InternalError, messageOf, OutcomeUnknown, SlipwayError } from '../errors.ts';
import type { Site } from './site.ts';

/**
 * The error of a result, from anything thrown. Whatever fails after a cancellation fails because of it, unless it leaves the
 * outcome unknown; it stays in the details, because it can be what the run was cancelled for.
 */
export function explained(thrown: unknown, { signal, log }: Pick<Site, 'signal' | 'log'>): SlipwayError {
  if (thrown instanceof Cancelled || thrown instanceof OutcomeUnknown) return thrown;
  if (signal.aborted && signal.reason instanceof Cancelled) {
    return thrown === signal.reason ? signal.reason : cancelled(signal.reason, thrown);
  }
  if (thrown instanceof SlipwayError) return thrown;
  if (thrown instanceof Error) log.debug(thrown.stack ?? thrown.message);
  return new InternalError(`unexpected: ${messageOf(thrown)}`, {
    remedy:
      'This is a defect of Slipway. Run again with debug logging (RUNNER_DEBUG=1) and report the stack that it prints.',
    cause: thrown,
  });
}

function cancelled({ message, remedy }: Cancelled, thrown: unknown): Cancelled {
  const known = thrown instanceof SlipwayError ? thrown.details : [];
  return new Cancelled(message, {
    details: ['when it was cancelled:', `  ${messageOf(thrown)}`, ...known.map((line) => `  ${line}`)],
    cause: thrown,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
