import { readSchedule } from '../../config/cron-schedule.ts';
import type { CronLoad } from './loads.ts';
import { WEEK } from './runs.ts';
import { type Demand, runAmount, type Week, worstMinute } from './week.ts';

/** A cron that runs at another minute of the hour. */
export interface Move {
  name: string;
  from: string;
  to: string;
  /** Largest demand of CPU after this move and those before it, in cores. */
  peak: number;
}

const MOST_MOVES = 3;
const STEP = 5;
/** Cores by which a move has to lower the peak. */
const WORTH = 0.01;

/** Up to three crons that lower the largest demand of CPU most by running at another minute of the hour. */
export function suggestedMoves(demand: Demand, week: Week): Move[] {
  const cpu = Float64Array.from(week.cpu);
  const schedules = demand.crons.map(({ schedule }) => schedule);
  const moves: Move[] = [];
  while (moves.length < MOST_MOVES) {
    const peak = cpu[worstMinute(cpu)] ?? 0;
    const best = candidates(demand.crons, week, schedules, cpu).sort(
      (a, b) => a.peak - b.peak || a.crowding - b.crowding,
    )[0];
    if (best === undefined || best.peak > peak - WORTH) return moves;
    cpu.set(best.cpu);
    const from = schedules[best.index] ?? '';
    schedules[best.index] = best.schedule;
    moves.push({ name: demand.crons[best.index]?.name ?? '', from, to: best.schedule, peak: best.peak });
  }
  return moves;
}

interface Candidate {
  index: number;
  schedule: string;
  cpu: Float64Array;
  peak: number;
  /** Sum of squares: of two with the same peak, the one that leaves more room elsewhere is better. */
  crowding: number;
}

/** The crons that run at the worst minute, each at every fifth minute of the hour. */
function candidates(
  crons: readonly CronLoad[],
  week: Week,
  schedules: readonly string[],
  cpu: Float64Array,
): Candidate[] {
  const worst = worstMinute(cpu);
  return crons.flatMap((cron, index) => {
    const minute = onlyMinute(cron.schedule);
    const runs = week.crons[index]?.runs ?? [];
    // A cron is moved once: its runs are those of its own schedule.
    const isMoved = schedules[index] !== cron.schedule;
    if (minute === undefined || isMoved || !runs.some(({ from, to }) => from <= worst && worst < to)) return [];
    const { cpu: cores } = runAmount(cron);
    return Array.from({ length: 60 / STEP }, (_, step) => step * STEP)
      .filter((other) => other !== minute)
      .map((other) => {
        const moved = Float64Array.from(cpu);
        for (const { from, to } of runs) {
          add(moved, from, to, -cores);
          add(moved, from + other - minute, to + other - minute, cores);
        }
        const peak = moved[worstMinute(moved)] ?? 0;
        const crowding = moved.reduce((sum, value) => sum + value * value, 0);
        return { index, schedule: withMinute(cron.schedule, other), cpu: moved, peak, crowding };
      });
  });
}

function add(values: Float64Array, from: number, to: number, amount: number): void {
  for (let at = Math.max(0, from); at < Math.min(WEEK, to); at++) values[at] = (values[at] ?? 0) + amount;
}

/** The minute of a schedule that has one in its first field. */
function onlyMinute(schedule: string): number | undefined {
  const read = readSchedule(schedule);
  if (read === undefined || 'everyMs' in read || read.minute.values.size !== 1) return undefined;
  return [...read.minute.values][0];
}

const DESCRIPTORS: Readonly<Record<string, string>> = { '@hourly': '*', '@daily': '0', '@midnight': '0' };

function withMinute(schedule: string, minute: number): string {
  const hour = DESCRIPTORS[schedule];
  if (hour !== undefined) return `${minute} ${hour} * * *`;
  return schedule.startsWith('@') ? schedule : [minute, ...schedule.trim().split(/\s+/).slice(1)].join(' ');
}
