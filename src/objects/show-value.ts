import { stringifyJson } from '../text/json.ts';
import { neutraliseLine } from '../text/neutralise.ts';

const LONGEST = 160;
/** A missing value. */
export const MISSING = '(none)';

/** A value of a field on one neutralised line, cut if it is long; `(none)` for a missing one. */
export function showValue(value: unknown): string {
  if (value === undefined) return MISSING;
  const text = neutraliseLine(stringifyJson(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}

/**
 * As `showValue`, for two values of one field. The excerpts of two long texts begin shortly before the first difference: of
 * a configuration file, people need the changed line and not the first one.
 */
export function showBoth(before: unknown, after: unknown): [before: string, after: string] {
  if (typeof before !== 'string' || typeof after !== 'string') return [showValue(before), showValue(after)];
  if (Math.max(before.length, after.length) <= LONGEST) return [showValue(before), showValue(after)];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const line = before.lastIndexOf('\n', same - 1) + 1;
  const from = same - line < LONGEST / 2 ? line : same;
  const shown = (text: string) => (from === 0 ? '' : '… ') + showValue(text.slice(from));
  return [shown(before), shown(after)];
}
