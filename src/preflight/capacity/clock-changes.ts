import { readSchedule, type Schedule } from '../../config/cron-schedule.ts';
import { isDue, MINUTE_MS, offsetAt } from './fires.ts';

/** A day on which a cron runs another number of times than its schedule says, because the clock is changed. */
export interface ClockChange {
  /** ISO 8601 date in the zone. */
  day: string;
  /** `skipped`: the time does not exist that day; `twice`: it comes two times. */
  effect: 'skipped' | 'twice';
  /** The time of the schedule, such as 02:30. */
  time: string;
}

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 366;

/** A moment at which the clock of a zone is changed, and its offsets before and after. */
interface Change {
  /** Milliseconds since the epoch. */
  at: number;
  before: number;
  after: number;
}

/** No zone changes its clock twice in a day. */
function changesOf(timeZone: string, from: number): Change[] {
  const changes: Change[] = [];
  for (let day = 0; day < DAYS; day++) {
    let [low, high] = [from + day * DAY_MS, from + (day + 1) * DAY_MS];
    const [before, after] = [offsetAt(timeZone, low), offsetAt(timeZone, high)];
    if (before === after) continue;
    while (high - low > MINUTE_MS) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
      if (offsetAt(timeZone, middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ at: high, before, after });
  }
  return changes;
}

/**
 * The first time of a schedule that each change of the clock within a year skips, or repeats. None for schedules of every hour,
 * whose runs are as far apart as ever.
 * @param from milliseconds since the epoch, a whole minute
 */
export function clockChanges(schedule: string, timeZone: string, from: number): ClockChange[] {
  const read = readSchedule(schedule);
  if (read === undefined || 'everyMs' in read || read.hour.values.size === 24) return [];
  return changesOf(timeZone, from).flatMap((change) => firstWithin(read, change));
}

function firstWithin(schedule: Exclude<Schedule, { everyMs: number }>, { at, before, after }: Change): ClockChange[] {
  // What is skipped begins at the old time of this moment; what is repeated begins at its new time.
  const [first, end] = after > before ? [at + before, at + after] : [at + after, at + before];
  for (let local = first; local < end; local += MINUTE_MS) {
    if (!isDue(schedule, local)) continue;
    const [day = '', time = ''] = new Date(local).toISOString().split('T');
    return [{ day, time: time.slice(0, 5), effect: after > before ? 'skipped' : 'twice' }];
  }
  return [];
}
