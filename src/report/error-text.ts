import type { SlipwayError } from '../errors.ts';
import { bothEnds } from '../text/cut.ts';
import { neutralise } from '../text/neutralise.ts';

/** The place in a file, as editors read it: file:line:column. undefined where the message already begins with it. */
export function place(error: SlipwayError): string | undefined {
  const { location } = error;
  if (!location) return undefined;
  const parts = [location.file, location.line, location.column].filter((part) => part !== undefined);
  const text = parts.join(':');
  return error.message.startsWith(location.file) ? undefined : text;
}

/**
 * An error for a terminal or a log: the message, then indented the place, the details and the remedy.
 * @param maxDetails of more lines, the first and the last are kept
 */
export function errorLines(error: SlipwayError, maxDetails = Number.POSITIVE_INFINITY): string[] {
  const where = place(error);
  const details = error.details.flatMap((detail) => neutralise(detail));
  return [
    ...neutralise(error.message),
    ...(where ? [`  at ${where}`] : []),
    ...bothEnds(details, maxDetails, moreInTheLog).map((line) => `  ${line}`),
    ...(error.remedy ? neutralise(error.remedy).map((line) => `  ${line}`) : []),
  ];
}

/** Stands where lines of a diagnosis are left out. */
export function moreInTheLog(count: number): string {
  return `… ${count} more lines in the log …`;
}
