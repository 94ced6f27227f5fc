import { firesOf, MINUTE_MS } from './fires.ts';
import type { CronLoad } from './loads.ts';

/** One run of a cron: minutes since the beginning of the week, which it may precede. */
export interface CronRun {
  from: number;
  /** Exclusive. */
  to: number;
}

/** What the runs of a cron in one week look like. */
export interface CronWeek {
  runs: CronRun[];
  /** Times at which no run began, because the last one was not over (Forbid). */
  skipped: number;
  /** Most runs side by side (Allow). */
  most: number;
}

/** Minutes before the week whose runs may reach into it. */
const BEFORE = 24 * 60;
export const WEEK = 7 * 24 * 60;

/**
 * The runs of a cron over a week, by its concurrency policy.
 * @param start Monday, milliseconds since the epoch
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy
 */
export function weekOf(cron: CronLoad, start: number): CronWeek {
  const { schedule, timeZone, policy, suspended } = cron;
  const length = Math.min(cron.minutes, BEFORE);
  const from = start - BEFORE * MINUTE_MS;
  const fires = suspended ? [] : firesOf(schedule, timeZone, from, start + WEEK * MINUTE_MS);
  const week: CronWeek = { runs: [], skipped: 0, most: 0 };
  for (const fire of fires) {
    const at = (fire - start) / MINUTE_MS;
    const last = week.runs.at(-1);
    const isBusy = last !== undefined && last.to > at;
    if (isBusy && policy === 'Forbid') {
      if (at >= 0) week.skipped++;
      continue;
    }
    if (isBusy && policy === 'Replace') last.to = at;
    week.runs.push({ from: at, to: at + length });
  }
  week.runs = week.runs.filter(({ from: begin, to }) => to > 0 && to > begin);
  week.most = mostAtOnce(week.runs);
  return week;
}

function mostAtOnce(runs: readonly CronRun[]): number {
  // All runs have the same length, except those that were replaced: none of those overlap.
  let most = 0;
  let first = 0;
  for (const [index, { from }] of runs.entries()) {
    while ((runs[first]?.to ?? 0) <= from) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
