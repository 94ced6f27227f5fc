import { Cancelled, OutcomeUnknown, RolloutFailed, type SlipwayError, TimedOut } from '../../errors.ts';

const KINDS = [Cancelled, OutcomeUnknown, TimedOut] as const;

/** The same error with sentences on what was done about it, before its events and logs. */
export function withSentences(error: SlipwayError, sentences: readonly string[]): SlipwayError {
  const [seen, ...rest] = error.details;
  const cancelled = error instanceof Cancelled;
  const details = seen === undefined || cancelled ? [...sentences, ...error.details] : [seen, ...sentences, ...rest];
  const Kind = KINDS.find((kind) => error instanceof kind) ?? RolloutFailed;
  return new Kind(error.message, { details, ...(error.remedy ? { remedy: error.remedy } : {}), cause: error });
}
