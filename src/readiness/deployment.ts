import type { KubeObject } from '../ports.ts';
import { creationProblem } from './creation-problem.ts';
import { podView } from './pod-view.ts';
import { doing, worstOf } from './pods.ts';
import { type Condition, condition, ready, type Surroundings, unobserved, type Verdict, waiting } from './verdict.ts';

interface DeploymentView {
  spec: { replicas?: number; paused?: boolean };
  status?: { updatedReplicas?: number; conditions?: Condition[] };
}
interface ReplicaSetView {
  status?: { availableReplicas?: number; observedGeneration?: number; conditions?: Condition[] };
}

/** @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status */
const REVISION = 'deployment.kubernetes.io/revision';

/**
 * A Deployment is ready when its controller has seen the present version, and the ReplicaSet of this version has as many
 * available pods as are wanted. Pods of older versions do not count, neither way.
 */
export function deployment(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status } = object as unknown as DeploymentView;
  if (unobserved(object)) return waiting('its controller has not seen the new version yet');
  const wanted = spec.replicas ?? 1;
  if (wanted === 0) return ready('it is scaled to 0 replicas', 'nothing was verified: it is scaled to 0 replicas');
  if (spec.paused) {
    return waiting('it is paused', { remedy: `Resume it: kubectl rollout resume deployment/${object.metadata.name}` });
  }
  const replicaSet = newReplicaSet(object, near);
  if (!replicaSet) return cannotCreate(status?.conditions) ?? waiting('the new ReplicaSet is being created');
  const pods = near.ownedBy(replicaSet.metadata.uid, 'Pod').map(podView);
  const worst = worstOf(pods, near);
  if (worst?.state === 'failed') return worst;
  const { status: own } = replicaSet as unknown as ReplicaSetView;
  const available = own?.availableReplicas ?? 0;
  if (available >= wanted && (status?.updatedReplicas ?? 0) >= wanted) {
    return ready(`${available} of ${wanted} new pods are available`);
  }
  const refused = cannotCreate(own?.conditions) ?? cannotCreate(status?.conditions);
  if (refused) return refused;
  const detail = worst ? worst.reason : doing(pods);
  return { ...(worst ?? {}), ...waiting(`${available} of ${wanted} new pods available${detail ? `; ${detail}` : ''}`) };
}

/** The ReplicaSet of the present version; undefined until it is seen. */
export function newReplicaSet(object: KubeObject, near: Surroundings): KubeObject | undefined {
  const revision = object.metadata.annotations?.[REVISION];
  if (revision === undefined) return undefined;
  return near
    .ownedBy(object.metadata.uid, 'ReplicaSet')
    .find((replicaSet) => replicaSet.metadata.annotations?.[REVISION] === revision);
}

function cannotCreate(conditions: readonly Condition[] | undefined): Verdict | undefined {
  const failure = condition(conditions, 'ReplicaFailure');
  return failure?.status === 'True' ? creationProblem(failure.message ?? failure.reason ?? '') : undefined;
}
