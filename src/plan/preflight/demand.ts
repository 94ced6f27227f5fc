import type { Config } from '../../config/schema.ts';
import type { NodePool } from '../../preflight/capacity/capacity.ts';
import type { Amount } from '../../preflight/capacity/loads.ts';
import { loadsOf } from '../../preflight/capacity/loads.ts';
import type { Demand } from '../../preflight/capacity/week.ts';
import { quantityOf } from '../../text/quantity.ts';
import { DEFAULT_QUOTA } from '../review/environment/isolation.ts';
import type { EnvironmentObjects } from './environment-objects.ts';

/** What the environments of one cluster ask for, and which of them those are. */
export interface PlannedDemand {
  demand: Demand;
  pools: NodePool[];
  /** For the summary: what is counted. */
  remark: string;
}

/** The demand on the cluster of the first environment; those of other clusters are left out. */
export function planDemand(config: Config, environments: readonly EnvironmentObjects[]): PlannedDemand {
  const all = config.environments ?? {};
  const clusterOf = (name: string) => JSON.stringify(all[name]?.cluster ?? null);
  const [first] = environments;
  const counted = environments.filter(
    ({ environment }) => clusterOf(environment) === clusterOf(first?.environment ?? ''),
  );
  const loads = counted.map(({ environment, objects }) => loadsOf(environment, objects));
  const reviews = reviewsOf(config, clusterOf(first?.environment ?? ''));
  const { nodes = {}, others = {} } = config.preflight ?? {};
  const names = [...counted.map(({ environment }) => environment), ...(reviews ? ['review environments'] : [])];
  return {
    demand: {
      processes: loads.flatMap((one) => one.processes),
      crons: loads.flatMap((one) => one.crons),
      unseen: loads.flatMap((one) => one.unseen),
      reviews,
      others: amountOf(others.cpu, others.memory),
    },
    pools: Object.entries(nodes).map(([name, { count, max, cpu, memory }]) => ({
      name,
      count,
      most: Math.max(count, max ?? count),
      node: amountOf(cpu, memory),
    })),
    remark: `Counted: ${names.join(', ')}.`,
  };
}

/** With `review.max`, in the same cluster: without it, nothing bounds their number. */
function reviewsOf({ review, environments = {} }: Config, cluster: string): Demand['reviews'] {
  if (review?.max === undefined) return undefined;
  const own = review.cluster ?? environments.staging?.cluster ?? null;
  if (JSON.stringify(own) !== cluster) return undefined;
  const { cpu, memory } = { ...DEFAULT_QUOTA, ...review.quota };
  return { most: review.max, quota: amountOf(cpu, memory) };
}

function amountOf(cpu: string | undefined, memory: string | undefined): Amount {
  return { cpu: quantityOf(cpu ?? '0') ?? 0, memory: quantityOf(memory ?? '0') ?? 0 };
}
