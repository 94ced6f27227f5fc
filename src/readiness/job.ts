import type { KubeObject } from '../ports.ts';
import { outOfMemory } from './container-problem.ts';
import { creationRefusal } from './creation-refusal.ts';
import { phaseText, podProblem } from './pod.ts';
import {
  culpritOf,
  isDisrupted,
  isGoing,
  type PodView,
  podView,
  sidecarsOf,
  statusesOf,
  type Terminated,
} from './pod-view.ts';
import { brokenSidecar } from './sidecar-problem.ts';
import {
  type Condition,
  type Culprit,
  condition,
  failed,
  ready,
  type Surroundings,
  type Verdict,
  waiting,
} from './verdict.ts';

interface JobView {
  spec: { suspend?: boolean; completions?: number; backoffLimit?: number };
  status?: { conditions?: Condition[]; succeeded?: number };
}

/**
 * A Job.
 *
 * Ready when
 *   1. it has the condition Complete or SuccessCriteriaMet; or
 *   2. as many of its pods as spec.completions have succeeded: its controller counts them up to a second later.
 *
 * Failed when
 *   1. it has the condition Failed or FailureTarget;
 *   2. a pod has failed, and backoffLimit is 0;
 *   3. a pod cannot start (podProblem), or its creation is refused: this is known before the Job reaches its own deadline.
 */
export function job(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status } = object as unknown as JobView;
  const met = ['Complete', 'SuccessCriteriaMet'].some((type) => condition(status?.conditions, type)?.status === 'True');
  if (met) return ready('it has completed');
  const pods = near.ownedBy(object.metadata.uid, 'Pod').map(podView);
  const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded').length;
  if (succeeded >= (spec.completions ?? 1)) return ready('it has completed');
  const failure = condition(status?.conditions, 'Failed') ?? condition(status?.conditions, 'FailureTarget');
  if (failure?.status === 'True') return jobFailed(failure, pods);
  const broken = pods.filter((pod) => pod.status?.phase === 'Failed' && !isGoing(pod)).length;
  if (spec.backoffLimit === 0 && broken > 0) return jobFailed({ type: 'Failed', status: 'True' }, pods);
  if (spec.suspend) return waiting('it is suspended', { remedy: 'Set spec.suspend to false.' });
  for (const pod of pods.filter((one) => !isGoing(one) && one.status?.phase === 'Pending')) {
    const problem = podProblem(pod, near);
    if (problem) return problem;
  }
  if (pods.length === 0) {
    const refused = creationRefusal(object, near);
    if (refused) return refused;
  }
  const last = pods.at(-1);
  return waiting(last ? runningText(last) : 'its pod is being created');
}

function runningText(pod: PodView): string {
  return pod.status?.phase === 'Running' ? 'it is running' : phaseText(pod);
}

function jobFailed(failure: Condition, pods: readonly PodView[]): Verdict {
  const broken = pods.find((pod) => pod.status?.phase === 'Failed' && !isGoing(pod));
  const ended = broken && endedBadly(broken);
  const lost = pods.find(isDisrupted);
  if (!broken && lost) {
    return failed(
      `its node ended its pod ${lost.metadata.name} (${lost.status?.reason ?? 'disrupted'}), and the Job does not retry: ${lost.status?.message ?? ''}`,
      'Run it again. If it happens again, request more memory (deploy.resources), or check the nodes.',
    );
  }
  if (failure.reason === 'DeadlineExceeded') {
    return failed(
      'it ran longer than its activeDeadlineSeconds',
      'Raise the deadline, or read in its log what it waited for.',
      { culprit: ended?.culprit },
    );
  }
  const sidecar = broken && brokenSidecar(broken);
  if (sidecar) return sidecar;
  const memory = ended && outOfMemory(ended.last);
  if (memory) return failed(`it was killed ${memory.why}`, memory.remedy, { culprit: ended.culprit });
  return failed(
    ended ? `it ended with exit code ${ended.last.exitCode}` : `it failed: ${failure.message ?? failure.reason ?? ''}`,
    'Read the cause in its last log lines. The Job does not retry.',
    { culprit: ended?.culprit },
  );
}

function endedBadly(pod: PodView): { last: Terminated; culprit: Culprit } | undefined {
  const sidecars = sidecarsOf(pod);
  const own = statusesOf(pod).filter(({ name }) => !sidecars.includes(name));
  const bad = own.find((status) => (status.state?.terminated?.exitCode ?? 0) !== 0);
  const last = bad?.state?.terminated;
  return bad && last ? { last, culprit: culpritOf(pod, bad.name) } : undefined;
}

/** Whether a Job is finished: its controller starts no more pods. */
export function hasEnded({ status }: KubeObject): boolean {
  const { conditions } = (status ?? {}) as NonNullable<JobView['status']>;
  return ['Complete', 'Failed'].some((type) => condition(conditions, type)?.status === 'True');
}
