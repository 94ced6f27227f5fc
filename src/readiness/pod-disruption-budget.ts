import type { KubeObject } from '../ports.ts';
import { ready, type Verdict } from './verdict.ts';

/**
 * A PodDisruptionBudget.
 *
 * Ready when it exists: whether it allows a disruption at this moment does not concern the rollout.
 */
export function podDisruptionBudget(_object: KubeObject): Verdict {
  return ready('it is there');
}
