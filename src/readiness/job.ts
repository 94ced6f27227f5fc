import type { KubeObject } from '../ports.ts';
import { phaseText, podProblem } from './pod.ts';
import { culpritOf, isDisrupted, isGoing, type PodView, podView } from './pod-view.ts';
import { refusal } from './refusal.ts';
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

/** A Job is ready when it is complete. One whose pods cannot even start fails before its own deadline does it. */
export function job(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status } = object as unknown as JobView;
  const met = ['Complete', 'SuccessCriteriaMet'].some((type) => condition(status?.conditions, type)?.status === 'True');
  if (met) return ready('it has completed');
  const pods = near.ownedBy(object.metadata.uid, 'Pod').map(podView);
  // Its controller counts pods once a second; that enough of them have succeeded is a fact before.
  const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded').length;
  if (succeeded >= (spec.completions ?? 1)) return ready('it has completed');
  const failure = condition(status?.conditions, 'Failed') ?? condition(status?.conditions, 'FailureTarget');
  if (failure?.status === 'True') return jobFailed(failure, pods);
  const broken = pods.filter((pod) => pod.status?.phase === 'Failed' && !isGoing(pod)).length;
  if (spec.backoffLimit === 0 && broken > 0) return jobFailed({ type: 'Failed', status: 'True' }, pods);
  if (spec.suspend) return waiting('it is suspended', { remedy: 'Set spec.suspend to false.' });
  for (const pod of pods.filter((one) => !isGoing(one) && one.status?.phase === 'Pending')) {
    const problem = podProblem(pod, near.warnings(pod.metadata.uid));
    if (problem) return problem;
  }
  if (pods.length === 0) {
    const refused = refusal(object, near);
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
      `its pod ${lost.metadata.name} was ended by its node (${lost.status?.reason ?? 'disrupted'}), and it is not tried again by itself: ${lost.status?.message ?? ''}`,
      'Run it again. If that goes on, ask for more memory (deploy.resources), or look after the nodes.',
    );
  }
  if (failure.reason === 'DeadlineExceeded') {
    return failed(
      'it ran longer than its activeDeadlineSeconds',
      'Raise the deadline, or see in its log what it waited for.',
      {
        culprit: ended?.culprit,
      },
    );
  }
  return failed(
    ended ? `it ended with exit code ${ended.exitCode}` : `it failed: ${failure.message ?? failure.reason ?? ''}`,
    'The last lines of its log tell why; it is not tried again by itself.',
    { culprit: ended?.culprit },
  );
}

function endedBadly(pod: PodView): { exitCode: number; culprit: Culprit } | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const bad = statuses.find((status) => (status.state?.terminated?.exitCode ?? 0) !== 0);
  const exitCode = bad?.state?.terminated?.exitCode;
  return bad && exitCode !== undefined ? { exitCode, culprit: culpritOf(pod, bad.name) } : undefined;
}
