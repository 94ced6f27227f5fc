import type { KubeObject } from '../ports.ts';
import { cannotCreate } from './creation-problem.ts';
import { podView } from './pod-view.ts';
import { doing, worstOf } from './pods.ts';
import { lasting } from './unprobed.ts';
import { ready, type Surroundings, unobserved, type Verdict, waiting } from './verdict.ts';

interface ReplicaSetView {
  spec: { replicas?: number };
  status?: { availableReplicas?: number };
}

/** A ReplicaSet on its own: as many available pods as are wanted. */
export function replicaSet(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status } = object as unknown as ReplicaSetView;
  if (unobserved(object)) return waiting('its controller has not seen it yet');
  const wanted = spec.replicas ?? 1;
  const pods = near.ownedBy(object.metadata.uid, 'Pod').map(podView);
  const worst = worstOf(pods, near);
  if (worst?.state === 'failed') return worst;
  const available = status?.availableReplicas ?? 0;
  if (available >= wanted) return lasting(ready(`${available} of ${wanted} pods are available`), object);
  const refused = cannotCreate(object, near);
  if (refused) return refused;
  return worst ?? waiting(`${available} of ${wanted} pods available; ${doing(pods)}`);
}
