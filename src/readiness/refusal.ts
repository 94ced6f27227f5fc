import type { KubeObject } from '../ports.ts';
import { creationProblem } from './creation-problem.ts';
import type { EventView, Surroundings, Verdict } from './verdict.ts';
import { writtenAt } from './written-at.ts';

/** Its controller may have said it while it was taking up the version that is there now. */
const GRACE_MS = 2_000;
const UNSURE_MS = 5_000;

/** `FailedCreate`: of its pods; `ReplicaSetCreateError`: of the ReplicaSet of a Deployment. */
type Refused = 'FailedCreate' | 'ReplicaSetCreateError';

/**
 * Why what this workload needs is refused; undefined when that was last said before its present version was written: events
 * live for an hour, and one of a release that was denied says nothing about the next.
 */
export function refusal(workload: KubeObject, near: Surroundings, what: Refused = 'FailedCreate'): Verdict | undefined {
  const last = near.warnings(workload.metadata.uid).findLast((event) => event.reason === what);
  const since = writtenAt(workload);
  if (!last || last.at < since || hasBeenOvercome(last, workload, near)) return undefined;
  const problem = creationProblem(last.message);
  // Both times are exact to a second: one of the same second may be of before.
  const graceMs = last.at === since ? UNSURE_MS : GRACE_MS;
  return problem.state === 'failed' ? { ...problem, graceMs: Math.max(problem.graceMs, graceMs) } : problem;
}

/** A pod, or a ReplicaSet, that was made since then proves that it is no longer refused. */
function hasBeenOvercome(refused: EventView, { metadata: { uid } }: KubeObject, near: Surroundings): boolean {
  const made = [...near.ownedBy(uid, 'Pod'), ...near.ownedBy(uid, 'ReplicaSet')];
  return made.some(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') >= refused.at);
}
