import { phaseText, podProblem } from './pod.ts';
import { isDisrupted, isGoing, isReadyPod, type PodView } from './pod-view.ts';
import { type Failed, type Surroundings, type Verdict, waiting } from './verdict.ts';

/** While another pod is ready, a crashing pod gets this many restarts. */
const RESTARTS_BESIDE_READY = 3;

/**
 * The worst problem of the new pods of a workload: a failure before a wait; undefined when no pod has a problem. Callers
 * leave out the old pods, which neither pass nor fail a rollout.
 */
export function worstOf(pods: readonly PodView[], near: Surroundings): Verdict | undefined {
  const present = pods.filter((pod) => !isGoing(pod));
  const someReady = present.some(isReadyPod);
  const problems = present.flatMap((pod): Verdict[] => {
    const problem = podProblem(pod, near);
    if (problem?.state !== 'failed' || !someReady || !mayRecover(pod, problem)) return problem ? [problem] : [];
    const { reason, remedy, culprit } = problem;
    return [waiting(reason, { remedy, ...(culprit ? { culprit } : {}) })];
  });
  const surest = problems
    .filter((problem) => problem.state === 'failed')
    .sort((a, b) => a.graceMs - b.graceMs)
    .at(0);
  return surest ?? problems[0] ?? disrupted(pods);
}

/** A pod that its node has ended is replaced; reports it, because it may happen again. */
function disrupted(pods: readonly PodView[]): Verdict | undefined {
  const one = pods.findLast(isDisrupted);
  if (!one || pods.some((pod) => !isGoing(pod))) return undefined;
  const { reason, message } = one.status ?? {};
  return waiting(`pod ${one.metadata.name} was ended by its node (${reason ?? 'disrupted'}): ${message ?? ''}`.trim(), {
    remedy:
      'Its controller replaces it. If it happens again, the nodes lack memory or disk, or the pods request too little (deploy.resources).',
  });
}

/** What the pods that are not ready are doing, for the reason of a wait; empty when all are ready. */
export function doing(pods: readonly PodView[]): string {
  const notReady = pods.find((pod) => !isGoing(pod) && !isReadyPod(pod));
  return notReady ? phaseText(notReady) : '';
}

function mayRecover(pod: PodView, problem: Failed): boolean {
  const restarts = Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
  return problem.culprit?.previous === true && restarts < RESTARTS_BESIDE_READY;
}
