import { stringifyJson } from '../text/json.ts';
import { neutraliseLine } from '../text/neutralise.ts';

const LONGEST = 160;

/** A value of a field on one harmless line, cut where it is long; `(none)` for one that is not there. */
export function showValue(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = neutraliseLine(stringifyJson(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}

/**
 * As `showValue`, for two values of one field. Of two long texts, what is shown begins shortly before they differ: of a
 * configuration file, the line that was changed counts and not the first one.
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
