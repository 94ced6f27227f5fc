import { podTemplateOf } from '../objects/pod-template.ts';
import type { KubeObject } from '../ports.ts';
import { cannotCreate } from './creation-problem.ts';
import { isGoing, podView } from './pod-view.ts';
import { doing, worstOf } from './pods.ts';
import { isOfEarlierVersion } from './present-image.ts';
import { lasting } from './unprobed.ts';
import { failed, ready, type Surroundings, UNOBSERVED, unobserved, type Verdict, waiting } from './verdict.ts';

interface ReplicaSetView {
  spec: { replicas?: number };
  status?: { availableReplicas?: number };
}

/**
 * A ReplicaSet or a ReplicationController that no Deployment owns.
 *
 * Ready when
 *   1. its controller has observed the present generation;
 *   2. as many pods as spec.replicas are available;
 *   3. none of its pods has the image of an earlier version.
 *
 * Failed when
 *   1. a pod has the image of an earlier version: neither kind replaces its pods;
 *   2. a pod can neither start nor keep running (podProblem), or its creation is refused.
 */
export function replicaSet(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status } = object as unknown as ReplicaSetView;
  if (unobserved(object)) return waiting(UNOBSERVED);
  const wanted = spec.replicas ?? 1;
  const pods = near.ownedBy(object.metadata.uid, 'Pod').map(podView);
  const old = pods.find((pod) => !isGoing(pod) && isOfEarlierVersion(pod, podTemplateOf(object)));
  if (old) {
    return failed(
      `pod ${old.metadata.name} still runs the version before: a ${object.kind} does not replace its pods`,
      `Use a Deployment, which replaces its pods; or delete them by hand: kubectl -n ${object.metadata.namespace} delete pod ${old.metadata.name}`,
    );
  }
  const worst = worstOf(pods, near);
  if (worst?.state === 'failed') return worst;
  const available = status?.availableReplicas ?? 0;
  if (available >= wanted) return lasting(ready(`${available} of ${wanted} pods are available`), object);
  const refused = cannotCreate(object, near);
  if (refused) return refused;
  return worst ?? waiting(`${available} of ${wanted} pods available; ${doing(pods)}`);
}
