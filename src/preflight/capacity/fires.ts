import { readSchedule, type Schedule } from '../../config/cron-schedule.ts';

export const MINUTE_MS = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/** Milliseconds that the wall clock of a zone is ahead of UTC at a moment. */
export function offsetAt(timeZone: string, at: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

/**
 * The moments, in whole minutes, at which a cron is due from `from` until before `to`. A minute is due if the wall clock of the
 * zone fits: robfig/cron, which Kubernetes uses, leaves out what a change of the clock skips, and runs twice what it repeats.
 * `@every` counts from `from`, because its first run depends on when the CronJob was created.
 * @param from milliseconds since the epoch, a whole minute
 * @see https://pkg.go.dev/github.com/robfig/cron/v3#hdr-Time_zones
 */
export function firesOf(schedule: string, timeZone: string, from: number, to: number): number[] {
  const read = readSchedule(schedule);
  if (read === undefined) return [];
  if ('everyMs' in read) {
    const step = Math.max(MINUTE_MS, read.everyMs);
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, index) => {
      return Math.floor((from + index * step) / MINUTE_MS) * MINUTE_MS;
    });
  }
  const fires: number[] = [];
  for (let at = from; at < to; ) {
    // Zones change their offset at whole quarters of an hour.
    const end = Math.min(to, at - (at % QUARTER_MS) + QUARTER_MS);
    const offset = offsetAt(timeZone, at);
    for (; at < end; at += MINUTE_MS) if (isDue(read, at + offset)) fires.push(at);
  }
  return fires;
}

const QUARTER_MS = 15 * MINUTE_MS;

/**
 * Whether a minute of the wall clock fits. With a condition on both the day of the month and the day of the week, one of them is
 * enough.
 * @param local the wall clock, as if it were UTC
 */
export function isDue(schedule: Exclude<Schedule, { everyMs: number }>, local: number): boolean {
  const date = new Date(local);
  const { minute, hour, day, month, weekday } = schedule;
  const isTime = minute.values.has(date.getUTCMinutes()) && hour.values.has(date.getUTCHours());
  if (!isTime || !month.values.has(date.getUTCMonth() + 1)) return false;
  const [isDay, isWeekday] = [day.values.has(date.getUTCDate()), weekday.values.has(date.getUTCDay())];
  return day.any || weekday.any ? isDay && isWeekday : isDay || isWeekday;
}
