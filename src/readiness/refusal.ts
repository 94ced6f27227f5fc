import type { KubeObject } from '../ports.ts';
import { creationProblem } from './creation-problem.ts';
import type { Surroundings, Verdict } from './verdict.ts';
import { writtenAt } from './written-at.ts';

/** Its controller may have said it while it was taking up the version that is there now. */
const GRACE_MS = 2_000;

/** `FailedCreate`: of its pods; `ReplicaSetCreateError`: of the ReplicaSet of a Deployment. */
type Refused = 'FailedCreate' | 'ReplicaSetCreateError';

/**
 * Why what this workload needs is refused; undefined when that was last said before its present version was written: events
 * live for an hour, and one of a release that was denied says nothing about the next.
 */
export function refusal(workload: KubeObject, near: Surroundings, what: Refused = 'FailedCreate'): Verdict | undefined {
  const last = near.warnings(workload.metadata.uid).findLast((event) => event.reason === what);
  // Both times are exact to a second. One that counts is said again within that.
  if (!last || last.at <= writtenAt(workload)) return undefined;
  const problem = creationProblem(last.message);
  return problem.state === 'failed' ? { ...problem, graceMs: Math.max(problem.graceMs, GRACE_MS) } : problem;
}
