import { autoscaledNames, keepAutoscaled } from '../../objects/autoscaled.ts';
import { refOf } from '../../objects/ref.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { type RollOutRequest, requestFor } from '../apply/request.ts';
import { inPool } from '../pool.ts';
import type { PlannedObjects } from './objects.ts';
import type { DeliveryPorts } from './ports.ts';

const TIMEOUT_MS = 10 * 60_000;
const AUTOSCALER = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };

/** The autoscalers of the namespace; none for an account that may not list them. */
export async function autoscalersOf(namespace: string, cluster: Cluster): Promise<KubeObject[]> {
  const [mayList] = await cluster.allowed([
    { verb: 'list', group: 'autoscaling', resource: 'horizontalpodautoscalers', namespace },
  ]);
  return mayList ? cluster.list(AUTOSCALER, { namespace }) : [];
}

/**
 * The request for these objects; the autoscalers of the namespace keep the number of replicas.
 * @param autoscalers as `autoscalersOf` reads them
 */
export async function rolloutRequest(
  { namespace, timeoutMs, takeOver }: Pick<RolloutPlan, 'namespace' | 'timeoutMs' | 'takeOver'>,
  { objects, jobs, mayTry }: Pick<PlannedObjects, 'objects' | 'jobs'> & Pick<RollOutRequest, 'mayTry'>,
  ports: DeliveryPorts,
  autoscalers = autoscalersOf(namespace, ports.cluster),
): Promise<RollOutRequest> {
  const scaled = await leaveToAutoscalers(objects, await autoscalers, ports.cluster);
  return requestFor(ports, {
    namespace,
    objects: scaled,
    jobs,
    takeOver,
    mayTry,
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
  found: readonly KubeObject[],
  cluster: Cluster,
): Promise<KubeObject[]> {
  const autoscalers = [...found, ...objects.filter((object) => object.kind === AUTOSCALER.kind)];
  if (autoscalers.length === 0) return [...objects];
  const scaled = objects.filter((object) => (object.spec as { replicas?: number } | undefined)?.replicas !== undefined);
  const present = await inPool(scaled, (object) => cluster.get(refOf(object)));
  const lives = new Map(scaled.map((object, index) => [object, present[index]]));
  const running = autoscaledNames(found);
  return keepAutoscaled(objects, autoscalers, (object) => {
    const live = lives.get(object);
    const isNew = !running.has(`${object.kind}/${object.metadata.name}`);
    // Kubernetes turns an autoscaler off where there are no pods: a new one would never start any.
    return isNew && (live?.spec as { replicas?: number } | undefined)?.replicas === 0 ? undefined : live;
  });
}
