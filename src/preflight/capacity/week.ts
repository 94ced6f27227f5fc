import type { Amount, CronLoad, Loads, ProcessLoad } from './loads.ts';
import { plus, times } from './loads.ts';
import { type CronWeek, WEEK, weekOf } from './runs.ts';

/** Everything that can ask the nodes for room at once. */
export interface Demand extends Loads {
  /** Review environments at their most, each at its quota; undefined without any. */
  reviews: { most: number; quota: Amount } | undefined;
  /** Requests of everything else in the cluster. */
  others: Amount;
}

/** One part of a sum. */
export interface Share {
  name: string;
  amount: Amount;
}

export interface Week {
  /** Cores and bytes at each minute of the week. */
  cpu: Float64Array;
  memory: Float64Array;
  /** What is there all the time: processes at their usual size, and everything else. */
  usual: Amount;
  /** The most without crons: autoscalers at their end, one rollout, all review environments. */
  constant: Share[];
  /** Runs of each cron, in the order of the demand. */
  crons: CronWeek[];
}

/**
 * The demand at each minute of a week, at its worst: every autoscaler at its end, and one rollout at any time. Environments roll
 * out one at a time in a namespace, so the largest surge counts once.
 * @param start Monday, milliseconds since the epoch
 */
export function weekOfDemand(demand: Demand, start: number): Week {
  const { processes, reviews, others } = demand;
  const constant = [
    ...processes.map(({ name, pod, most }) => ({ name: named(name, most), amount: times(pod, most) })),
    ...surgeOf(processes),
    ...(reviews ? [{ name: `${reviews.most} review environments`, amount: times(reviews.quota, reviews.most) }] : []),
    ...(others.cpu > 0 || others.memory > 0 ? [{ name: 'everything else', amount: others }] : []),
  ];
  const base = constant.reduce((sum, { amount }) => plus(sum, amount), { cpu: 0, memory: 0 });
  const crons = demand.crons.map((cron) => weekOf(cron, start));
  const cpu = new Float64Array(WEEK + 1);
  const memory = new Float64Array(WEEK + 1);
  crons.forEach(({ runs }, index) => {
    const { cpu: cores, memory: bytes } = runAmount(demand.crons[index] as CronLoad);
    for (const { from, to } of runs) {
      const [first, end] = [Math.max(0, from), Math.min(WEEK, to)];
      if (first >= end) continue;
      cpu[first] = (cpu[first] ?? 0) + cores;
      cpu[end] = (cpu[end] ?? 0) - cores;
      memory[first] = (memory[first] ?? 0) + bytes;
      memory[end] = (memory[end] ?? 0) - bytes;
    }
  });
  const usual = processes.reduce((sum, { pod, replicas }) => plus(sum, times(pod, replicas)), others);
  return { cpu: summed(cpu, base.cpu), memory: summed(memory, base.memory), usual, constant, crons };
}

function named(name: string, pods: number): string {
  return pods === 1 ? name : `${name}, ${pods} pods`;
}

function surgeOf(processes: readonly ProcessLoad[]): Share[] {
  const byEnvironment = new Map<string, Amount>();
  for (const { environment, pod, surge } of processes) {
    const sum = byEnvironment.get(environment) ?? { cpu: 0, memory: 0 };
    byEnvironment.set(environment, plus(sum, times(pod, surge)));
  }
  const [largest] = [...byEnvironment].sort(([, a], [, b]) => b.cpu - a.cpu || b.memory - a.memory);
  if (largest === undefined) return [];
  const [environment, amount] = largest;
  return amount.cpu + amount.memory === 0 ? [] : [{ name: `rollout of ${environment}`, amount }];
}

export function runAmount({ pod, parallelism }: CronLoad): Amount {
  return times(pod, parallelism);
}

/** Running sums of differences, above a constant; rounded, since sums of fractions do not return to zero. */
function summed(differences: Float64Array, base: number): Float64Array {
  let sum = 0;
  return differences.slice(0, WEEK).map((difference) => {
    sum += difference;
    return base + Math.round(sum * 1e6) / 1e6;
  });
}

/** The minute of the largest value, the first of several. */
export function worstMinute(values: Float64Array): number {
  let worst = 0;
  for (let minute = 1; minute < values.length; minute++) {
    if ((values[minute] ?? 0) > (values[worst] ?? 0) + 1e-9) worst = minute;
  }
  return worst;
}

/** The parts of the demand at a minute, the largest CPU first. */
export function sharesAt(week: Week, demand: Demand, minute: number): Share[] {
  const running = demand.crons.flatMap((cron, index) => {
    const runs = week.crons[index]?.runs.filter(({ from, to }) => from <= minute && minute < to) ?? [];
    const name = `${cron.name}${runs.length > 1 ? `, ${runs.length} runs` : ''}`;
    return runs.length === 0 ? [] : [{ name, amount: times(runAmount(cron), runs.length) }];
  });
  return [...week.constant, ...running].sort(
    (a, b) => b.amount.cpu - a.amount.cpu || b.amount.memory - a.amount.memory,
  );
}
