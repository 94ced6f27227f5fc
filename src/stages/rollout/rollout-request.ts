import { keepAutoscaled } from '../../objects/autoscaled.ts';
import { refOf } from '../../objects/ref.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { type RollOutRequest, requestFor } from '../apply/request.ts';
import { inPool } from '../pool.ts';
import type { PlannedObjects } from './objects.ts';
import type { DeliveryPorts } from './ports.ts';

const TIMEOUT_MS = 10 * 60_000;

/** The request for these objects; the autoscalers of the namespace keep the number of replicas. */
export async function rolloutRequest(
  { namespace, timeoutMs, takeOver }: Pick<RolloutPlan, 'namespace' | 'timeoutMs' | 'takeOver'>,
  { objects, jobs }: Pick<PlannedObjects, 'objects' | 'jobs'>,
  ports: DeliveryPorts,
): Promise<RollOutRequest> {
  const scaled = await leaveToAutoscalers(objects, namespace, ports.cluster);
  return requestFor(ports, {
    namespace,
    objects: scaled,
    jobs,
    takeOver,
    deadlineMs: timeoutMs ?? patienceFor(objects),
  });
}

/** Milliseconds: a Deployment with a progress deadline of half an hour is not given up after ten minutes. */
function patienceFor(objects: readonly KubeObject[]): number {
  const deadlines = objects.map((object) => object.spec as { progressDeadlineSeconds?: number } | undefined);
  return Math.max(TIMEOUT_MS, ...deadlines.map((spec) => (spec?.progressDeadlineSeconds ?? 0) * 1_000));
}

async function leaveToAutoscalers(
  objects: readonly KubeObject[],
  namespace: string,
  cluster: Cluster,
): Promise<KubeObject[]> {
  const [mayList] = await cluster.allowed([
    { verb: 'list', group: 'autoscaling', resource: 'horizontalpodautoscalers', namespace },
  ]);
  const kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
  const found = mayList ? await cluster.list(kind, { namespace }) : [];
  const autoscalers = [...found, ...objects.filter((object) => object.kind === kind.kind)];
  if (autoscalers.length === 0) return [...objects];
  const scaled = objects.filter((object) => (object.spec as { replicas?: number } | undefined)?.replicas !== undefined);
  const present = await inPool(scaled, (object) => cluster.get(refOf(object)));
  const lives = new Map(scaled.map((object, index) => [object, present[index]]));
  return keepAutoscaled(objects, autoscalers, (object) => lives.get(object));
}
