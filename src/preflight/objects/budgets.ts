import { fields, list } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import {
  at,
  type Observed,
  replicasOf,
  sameNamespace,
  scaledTo,
  selects,
  servingWorkloads,
  type Workload,
} from './observed.ts';

const REMEDY = 'Write `maxUnavailable: 1`, and run two pods or more; leave the budget out for a single pod.';

/** A budget that allows no eviction: every drain of a node waits for ever. */
export function budgetFindings(object: KubeObject, all: Observed): Finding[] {
  if (object.kind !== 'PodDisruptionBudget') return [];
  const said = blockedBy(object, all);
  if (said !== undefined) {
    const seen = `it has ${said}: no pod may be evicted`;
    return [
      finding('budget-blocks-drains', {
        where: at(object, all, 'vailable'),
        confidence: 'proven',
        seen,
        remedy: REMEDY,
      }),
    ];
  }
  return overlapping(object, all);
}

function blockedBy(object: KubeObject, all: Observed): string | undefined {
  const { minAvailable, maxUnavailable } = fields(object.spec);
  if (maxUnavailable === 0 || maxUnavailable === '0%' || maxUnavailable === '0')
    return `maxUnavailable ${maxUnavailable}`;
  if (minAvailable === '100%') return 'minAvailable 100%';
  const workload = workloadOf(object, all);
  if (workload === undefined || minAvailable === undefined) return undefined;
  const pods = replicasOf(workload.object);
  if (pods === 0 || workload.object.kind === 'DaemonSet' || scaledTo(workload.object, all) !== undefined)
    return undefined;
  return leastPods(minAvailable, pods) >= pods ? `minAvailable ${minAvailable} of ${pods} pods` : undefined;
}

/** Kubernetes rounds a percentage up. */
function leastPods(minAvailable: unknown, pods: number): number {
  const percent = /^(\d{1,3})%$/.exec(String(minAvailable))?.[1];
  return percent === undefined ? Number(minAvailable) : Math.ceil((Number(percent) * pods) / 100);
}

/** The first workload that a budget selects; in policy/v1, an empty selector selects all pods of the namespace. */
function workloadOf(budget: KubeObject, all: Observed): Workload | undefined {
  const selector = fields(fields(budget.spec).selector);
  const { matchLabels, matchExpressions } = selector;
  // What a label must not be, or one of several, is not judged.
  if (list(matchExpressions).length > 0) return undefined;
  const isEmpty = Object.keys(fields(matchLabels)).length === 0;
  const isForAll = isEmpty && budget.apiVersion === 'policy/v1' && fields(budget.spec).selector !== undefined;
  return servingWorkloads(all).find(
    ({ object, template }) => sameNamespace(object, budget) && (isForAll || selects(matchLabels, template)),
  );
}

/** @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/ (the eviction API refuses pods of two budgets) */
function overlapping(object: KubeObject, all: Observed): Finding[] {
  const own = workloadOf(object, all);
  const other = all.objects.find(
    (one) =>
      one.kind === object.kind &&
      // The same object, written twice, is one budget.
      one.metadata.name !== object.metadata.name &&
      own !== undefined &&
      workloadOf(one, all)?.object === own.object,
  );
  if (own === undefined || other === undefined) return [];
  return [
    finding('budgets-overlap', {
      where: at(object, all),
      confidence: 'proven',
      seen: `PodDisruptionBudget ${other.metadata.name} selects the pods of ${own.object.kind} ${own.object.metadata.name} as well`,
      remedy: 'Keep one budget for each workload.',
    }),
  ];
}
