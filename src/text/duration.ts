import { UserError } from '../errors.ts';

/** A duration for people: 340 ms, 3.2 s, 2 min 5 s, 10 min, 1 h 4 min. */
export function humanDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return twoParts(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  return twoParts(Math.floor(seconds / 3_600), 'h', Math.floor((seconds % 3_600) / 60), 'min');
}

function twoParts(first: number, unit: string, second: number, smaller: string): string {
  return second === 0 ? `${first} ${unit}` : `${first} ${unit} ${second} ${smaller}`;
}

const UNIT = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The longest duration. It keeps every date that is computed from it within what JavaScript and Kubernetes can write. */
export const MOST_DAYS = 365;

/** If a duration such as 90s, 10m, 2h or 7d is longer than `MOST_DAYS`. */
export const isTooLong = (text: string): boolean => {
  const [, count, unit] = /^(\d+)(s|m|h|d)$/.exec(text) ?? [];
  return Number(count) * UNIT[unit as keyof typeof UNIT] > MOST_DAYS * UNIT.d;
};

/** Milliseconds of a duration such as 90s, 10m, 2h or 7d. `what` names it in the message. */
export function parseDuration(text: string, what: string): number {
  const match = /^(\d+)(s|m|h|d)$/.exec(text);
  if (!match)
    throw new UserError(`${what}: "${text}" is not a duration`, {
      remedy: 'Write a number and s, m, h or d, for example 10m.',
    });
  if (isTooLong(text))
    throw new UserError(`${what}: "${text}" is too long`, { remedy: `Write at most ${MOST_DAYS}d.` });
  return Number(match[1]) * UNIT[match[2] as keyof typeof UNIT];
}
