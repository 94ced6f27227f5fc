import type { SlipwayError } from '../errors.ts';
import { neutralise } from '../text/neutralise.ts';

/** Where in a file, as editors take it: file:line:column; undefined when the message begins with it already. */
export function place(error: SlipwayError): string | undefined {
  const { location } = error;
  if (!location) return undefined;
  const parts = [location.file, location.line, location.column].filter((part) => part !== undefined);
  const text = parts.join(':');
  return error.message.startsWith(location.file) ? undefined : text;
}

/**
 * An error for a terminal or log: the message, then indented where it is, the details and what to do.
 * @param maxDetails the first lines are kept, and how many more there are is said
 */
export function errorLines(error: SlipwayError, maxDetails = Number.POSITIVE_INFINITY): string[] {
  const where = place(error);
  const details = error.details.flatMap((detail) => neutralise(detail));
  const more = details.length - maxDetails;
  return [
    ...neutralise(error.message),
    ...(where ? [`  at ${where}`] : []),
    ...details.slice(0, maxDetails).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … ${more} more lines in the log`] : []),
    ...(error.remedy ? neutralise(error.remedy).map((line) => `  ${line}`) : []),
  ];
}
