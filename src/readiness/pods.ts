import { phaseText, podProblem } from './pod.ts';
import { isDisrupted, isGoing, isReadyPod, type PodView } from './pod-view.ts';
import { type Failed, type Surroundings, type Verdict, waiting } from './verdict.ts';

/** Crashes of one pod are believed at once when none of its sisters runs; else after this many restarts. */
const RESTARTS_BESIDE_READY = 3;

/**
 * The worst of the new pods of a workload: a failure before anything that is waited for; undefined when there is nothing to
 * tell. Old pods are never asked: they neither pass nor fail a rollout.
 */
export function worstOf(pods: readonly PodView[], near: Surroundings): Verdict | undefined {
  const present = pods.filter((pod) => !isGoing(pod));
  const someReady = present.some(isReadyPod);
  let worst: Verdict | undefined;
  for (const pod of present) {
    const problem = podProblem(pod, near.warnings(pod.metadata.uid));
    if (problem?.state !== 'failed') worst ??= problem;
    else if (!(someReady && mayRecover(pod, problem))) return problem;
    else
      worst ??= waiting(problem.reason, {
        remedy: problem.remedy,
        ...(problem.culprit ? { culprit: problem.culprit } : {}),
      });
  }
  return worst ?? disrupted(pods);
}

/** Pods that their nodes have ended are replaced; that it happens is told, because it may go on happening. */
function disrupted(pods: readonly PodView[]): Verdict | undefined {
  const one = pods.findLast(isDisrupted);
  if (!one || pods.some((pod) => !isGoing(pod))) return undefined;
  const { reason, message } = one.status ?? {};
  return waiting(`pod ${one.metadata.name} was ended by its node (${reason ?? 'disrupted'}): ${message ?? ''}`.trim(), {
    remedy:
      'It is replaced by itself. If that goes on, the nodes lack memory or disk, or ask for too little (deploy.resources).',
  });
}

/** What the pods that are not ready yet are doing, for a reason of waiting; empty when nothing can be told. */
export function doing(pods: readonly PodView[]): string {
  const notReady = pods.find((pod) => !isGoing(pod) && !isReadyPod(pod));
  return notReady ? phaseText(notReady) : '';
}

function mayRecover(pod: PodView, problem: Failed): boolean {
  const restarts = Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
  return problem.culprit?.previous === true && restarts < RESTARTS_BESIDE_READY;
}
