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
 * @param maxDetails of more lines the first and the last are kept, and how many are left out is said: what was done comes
 *   first, and a log tells its reason in its last lines
 */
export function errorLines(error: SlipwayError, maxDetails = Number.POSITIVE_INFINITY): string[] {
  const where = place(error);
  const details = error.details.flatMap((detail) => neutralise(detail));
  return [
    ...neutralise(error.message),
    ...(where ? [`  at ${where}`] : []),
    ...bothEnds(details, maxDetails).map((line) => `  ${line}`),
    ...(error.remedy ? neutralise(error.remedy).map((line) => `  ${line}`) : []),
  ];
}

function bothEnds(lines: string[], most: number): string[] {
  if (lines.length <= most) return lines;
  const first = Math.floor(most / 2);
  return [
    ...lines.slice(0, first),
    `… ${lines.length - most} more lines in the log …`,
    ...lines.slice(lines.length - (most - first)),
  ];
}
