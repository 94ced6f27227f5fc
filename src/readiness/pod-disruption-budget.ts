import type { KubeObject } from '../ports.ts';
import { ready, type Verdict } from './verdict.ts';

/** A budget is ready at once: whether it allows a disruption right now says nothing about the rollout. */
export function podDisruptionBudget(_object: KubeObject): Verdict {
  return ready('it is there');
}
