import { type Finding, finding } from '../finding.ts';
import { clockChanges } from './clock-changes.ts';
import { type Amount, type CronLoad, plus, times } from './loads.ts';
import { type Move, suggestedMoves } from './moves.ts';
import { type Demand, runAmount, type Share, sharesAt, type Week, weekOfDemand, worstMinute } from './week.ts';

/** Nodes that are alike. */
export interface NodePool {
  name: string;
  count: number;
  /** Nodes at the end of the autoscaler. */
  most: number;
  /** Allocatable of one node. */
  node: Amount;
}

/** The week of demand against the nodes. */
export interface Capacity {
  week: Week;
  /** undefined: slipway.yml does not say what the nodes give. */
  room: { now: Amount; most: Amount } | undefined;
  worst: { minute: number; cpu: number; memory: number; shares: Share[] };
  moves: Move[];
  findings: Finding[];
}

const WHERE = { object: 'the cluster' };

/**
 * Everything that can run at once over a week, against what the nodes give.
 * @param monday milliseconds since the epoch
 */
export function judgeCapacity(demand: Demand, pools: readonly NodePool[], monday: number): Capacity {
  const week = weekOfDemand(demand, monday);
  const room = pools.length === 0 ? undefined : roomOf(pools);
  const minute = worstMinute(week.cpu);
  const worst = {
    minute,
    cpu: week.cpu[minute] ?? 0,
    memory: week.memory[worstMinute(week.memory)] ?? 0,
    shares: sharesAt(week, demand, minute),
  };
  const moves = suggestedMoves(demand, week);
  const findings = [
    ...(room ? roomFindings(week, worst, room, moves) : []),
    ...(pools.length > 0 ? [...largePods(demand, pools), ...packing(demand, pools, week, worst)] : []),
    ...demand.crons.flatMap((cron, index) =>
      cronFindings(cron, week.crons[index]?.skipped ?? 0, week.crons[index]?.most ?? 0, monday),
    ),
  ];
  return { week, room, worst, moves, findings };
}

function roomOf(pools: readonly NodePool[]): { now: Amount; most: Amount } {
  const nothing = { cpu: 0, memory: 0 };
  return {
    now: pools.reduce((sum, { node, count }) => plus(sum, times(node, count)), nothing),
    most: pools.reduce((sum, { node, most }) => plus(sum, times(node, most)), nothing),
  };
}

type Worst = Capacity['worst'];

function roomFindings(
  { usual }: Week,
  worst: Worst,
  { now, most }: { now: Amount; most: Amount },
  moves: readonly Move[],
): Finding[] {
  const remedy = remedyOf(moves);
  if (exceeds(usual, most)) {
    return [
      finding('over-capacity', {
        where: WHERE,
        confidence: 'proven',
        seen: `all processes at their usual size ask for ${amountText(usual)}, and the nodes give ${amountText(most)} at their most`,
        remedy,
        key: 'usual',
      }),
    ];
  }
  const isOver = exceeds(worst, most);
  if (!isOver && !exceeds(worst, now)) return [];
  const nodes = isOver ? 'at their most' : 'before the autoscaler adds some, which takes minutes';
  return [
    finding('over-capacity', {
      where: WHERE,
      confidence: isOver ? 'likely' : 'possible',
      seen: `at ${momentText(worst.minute)} everything together asks for ${amountText(worst)}, and the nodes give ${amountText(isOver ? most : now)} ${nodes}`,
      remedy,
      key: isOver ? 'most' : 'now',
    }),
  ];
}

function exceeds(wanted: Amount, given: Amount): boolean {
  return wanted.cpu > given.cpu + 1e-9 || wanted.memory > given.memory + 1;
}

function remedyOf(moves: readonly Move[]): string {
  const others =
    'Lower the requests, `autoscale.max`, `review.max` or `review.quota`, or let the autoscaler add more nodes.';
  if (moves.length === 0) return others;
  const lines = moves.map(
    ({ name, from, to, peak }) => `move ${name} from "${from}" to "${to}" (then ${coreText(peak)} at most)`,
  );
  return `${upperFirst(lines.join(', '))}. ${others}`;
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function largePods({ processes, crons }: Demand, pools: readonly NodePool[]): Finding[] {
  const fitsSome = (pod: Amount) => pools.some(({ node }) => !exceeds(pod, node));
  return [...processes, ...crons]
    .filter(({ pod }) => !fitsSome(pod))
    .map(({ name, pod }) => {
      const [environment, object] = splitName(name);
      return finding('pod-larger-than-nodes', {
        where: { environment, object },
        confidence: 'proven',
        seen: `one pod asks for ${amountText(pod)}, and no node gives as much`,
        remedy: 'Lower its `resources`, or add nodes that are larger.',
      });
    });
}

/** In sum it fits, but not on single nodes. First the largest pods, each on the first node with room: an ordinary scheduler. */
function packing(demand: Demand, pools: readonly NodePool[], week: Week, worst: Worst): Finding[] {
  const { most } = roomOf(pools);
  if (exceeds(worst, most)) return [];
  const rest = [...week.constant].filter(
    ({ name }) => name.endsWith('review environments') || name === 'everything else',
  );
  const taken = rest.reduce((sum, { amount }) => plus(sum, amount), { cpu: 0, memory: 0 });
  const count = pools.reduce((sum, pool) => sum + pool.most, 0);
  const nodes = pools.flatMap(({ most: nodesOf, node }) =>
    Array.from({ length: nodesOf }, () => ({
      cpu: node.cpu - taken.cpu / count,
      memory: node.memory - taken.memory / count,
    })),
  );
  const pods = [
    ...demand.processes.flatMap(({ pod, most: replicas }) => Array.from({ length: replicas }, () => pod)),
    ...demand.crons.flatMap((cron, index) => {
      const runs = week.crons[index]?.runs.filter(({ from, to }) => from <= worst.minute && worst.minute < to) ?? [];
      return runs.flatMap(() => Array.from({ length: cron.parallelism }, () => cron.pod));
    }),
  ].sort((a, b) => b.cpu - a.cpu || b.memory - a.memory);
  const left = pods.filter((pod) => {
    const node = nodes.find((one) => !exceeds(pod, one));
    if (node === undefined) return true;
    node.cpu -= pod.cpu;
    node.memory -= pod.memory;
    return false;
  });
  if (left.length === 0) return [];
  return [
    finding('over-capacity', {
      where: WHERE,
      confidence: 'possible',
      seen: `at ${momentText(worst.minute)} everything fits in sum, but ${left.length} of ${pods.length} pods find no node with enough room`,
      remedy: 'Prefer several small pods to few large ones, or larger nodes.',
      key: 'packing',
    }),
  ];
}

function cronFindings(cron: CronLoad, skipped: number, most: number, monday: number): Finding[] {
  const [environment, object] = splitName(cron.name);
  const where = { environment, object };
  const changes = cron.suspended ? [] : clockChanges(cron.schedule, cron.timeZone, monday);
  const found = changes.slice(0, 2).map(({ day, time, effect }) =>
    finding('cron-at-clock-change', {
      where,
      confidence: 'proven',
      seen: `at ${time} in ${cron.timeZone} it ${effect === 'skipped' ? 'does not run' : 'runs twice'} on ${day}`,
      remedy: `Run it at an hour that no change of the clock skips or repeats (in Europe and America after 03:00), or set \`timeZone: Etc/UTC\`.`,
      key: effect,
    }),
  );
  if (!cron.assumed && cron.policy === 'Allow' && most > 1) {
    found.push(
      finding('cron-overlaps', {
        where,
        confidence: 'likely',
        seen: `a run may take ${cron.minutes} min, and the next one begins before: up to ${most} run side by side, which ask for ${amountText(times(runAmount(cron), most))}`,
        remedy: 'Set `concurrency: forbid`, a shorter `deadline`, or a longer time between the runs.',
      }),
    );
  }
  if (!cron.assumed && cron.policy === 'Forbid' && skipped > 0) {
    found.push(
      finding('cron-overlaps', {
        where,
        confidence: 'possible',
        seen: `a run may take ${cron.minutes} min: then ${skipped} runs of a week do not begin, because the last one is not over`,
        remedy: 'Set a `deadline` that is shorter than the time between two runs, or a longer time between them.',
      }),
    );
  }
  return found;
}

/** `staging: CronJob parking-nightly` */
function splitName(name: string): [environment: string, object: string] {
  const at = name.indexOf(': ');
  return [name.slice(0, at), name.slice(at + 2)];
}

export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `Tuesday 03:00 UTC` */
export function momentText(minute: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${DAYS[Math.floor(minute / 1440)] ?? ''} ${two(Math.floor((minute % 1440) / 60))}:${two(minute % 60)} UTC`;
}

export function amountText({ cpu, memory }: Amount): string {
  return `${coreText(cpu)} and ${(memory / 2 ** 30).toFixed(1)} GiB`;
}

function coreText(cpu: number): string {
  return `${Number(cpu.toFixed(2))} CPU`;
}
