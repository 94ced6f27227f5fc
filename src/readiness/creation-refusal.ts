import type { KubeObject } from '../ports.ts';
import { creationProblem } from './creation-problem.ts';
import type { EventView, Surroundings, Verdict } from './verdict.ts';
import { writtenAt } from './written-at.ts';

/** Milliseconds; the controller may have written the event while it took up the present version. */
const GRACE_MS = 2_000;
const UNSURE_MS = 5_000;

/** `FailedCreate` is about its pods, `ReplicaSetCreateError` about the ReplicaSet of a Deployment. */
type Refused = 'FailedCreate' | 'ReplicaSetCreateError';

/**
 * Why the pods (or the ReplicaSet) of this workload are refused; undefined when the last such event is older than the present
 * version: events live for an hour, and one of an earlier release does not describe this one.
 */
export function creationRefusal(
  workload: KubeObject,
  near: Surroundings,
  what: Refused = 'FailedCreate',
): Verdict | undefined {
  const last = near.warnings(workload.metadata.uid).findLast((event) => event.reason === what);
  const since = writtenAt(workload);
  if (!last || last.at < since || hasBeenOvercome(last, workload, near)) return undefined;
  const problem = creationProblem(last.message);
  // Both times are exact to a second: an event of the same second may be older than the write.
  const graceMs = last.at === since ? UNSURE_MS : GRACE_MS;
  return problem.state === 'failed' ? { ...problem, graceMs: Math.max(problem.graceMs, graceMs) } : problem;
}

/** A pod or a ReplicaSet that is newer than the event proves that the refusal has ended. */
function hasBeenOvercome(refused: EventView, { metadata: { uid } }: KubeObject, near: Surroundings): boolean {
  const made = [...near.ownedBy(uid, 'Pod'), ...near.ownedBy(uid, 'ReplicaSet')];
  return made.some(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') >= refused.at);
}
