import { isHook } from '../objects/hooks.ts';
import type { KubeObject } from '../ports.ts';
import { containerProblem } from './container-problem.ts';
import { waitsForGate } from './gate.ts';
import { imageProblem } from './image-problem.ts';
import { mountProblem } from './mount-problem.ts';
import { type ContainerStatus, culpritOf, isReadyPod, type PodView, podView, statusesOf } from './pod-view.ts';
import { outdatedContainer } from './present-image.ts';
import { probeProblem } from './probe-problem.ts';
import { schedulingProblem } from './scheduling-problem.ts';
import { lasting } from './unprobed.ts';
import { failed, ready, type Surroundings, type Verdict, waiting } from './verdict.ts';

/**
 * A Pod without a controller.
 *
 * Ready when
 *   1. no container still runs the image of an earlier version: an update restarts containers in place, and until then the
 *      Ready condition describes the old one;
 *   2. its Ready condition is true, or its phase is Succeeded. A hook of a chart runs to its end: only Succeeded counts.
 *
 * Failed when
 *   1. its phase is Failed;
 *   2. its phase is Succeeded, with the image of an earlier version: a Pod does not start again;
 *   3. a container can neither start nor keep running (podProblem).
 */
export function pod(object: KubeObject, near: Surroundings): Verdict {
  const view = podView(object);
  const phase = view.status?.phase;
  const outdated = outdatedContainer(view);
  if (phase === 'Succeeded') return outdated ? overBefore(view, outdated) : ready('it has completed');
  if (phase === 'Failed') return over(view);
  if (isReadyPod(view) && outdated) {
    return waiting(`container ${outdated.name} still runs the image of the version before`);
  }
  if (isReadyPod(view) && isHook(object)) return waiting('it is running');
  if (isReadyPod(view)) return lasting(ready('it is ready'), view);
  return podProblem(view, near) ?? waiting(phaseText(view));
}

/** What keeps a pod from becoming ready: its place, else the first container in order that has a problem. */
export function podProblem(view: PodView, near: Surroundings): Verdict | undefined {
  if (isReadyPod(view)) return undefined;
  const warnings = near.warnings(view.metadata.uid);
  const place = schedulingProblem(view, near) ?? mountProblem(view, warnings);
  if (place) return place;
  const pulls = {
    failures: warnings.filter(({ reason }) => reason === 'Failed').map(({ message }) => message),
    withoutSecret: warnings.some(({ reason }) => reason === 'FailedToRetrieveImagePullSecret'),
  };
  for (const { spec, status } of containers(view)) {
    const problem =
      imageProblem(view, status, spec.image ?? status.image ?? '', pulls) ??
      containerProblem(view, spec, status, warnings) ??
      probeProblem(view, spec, status, warnings);
    if (problem) return problem;
  }
  return waitsForGate(view);
}

/** What a pod without a known problem is doing. */
export function phaseText(view: PodView): string {
  const init = (view.status?.initContainerStatuses ?? []).find((status) => !status.state?.terminated);
  if (init?.state?.running) return `init container ${init.name} is running`;
  const reasons = (view.status?.containerStatuses ?? [])
    .map((status) => status.state?.waiting?.reason)
    .filter((reason) => reason !== undefined);
  if (reasons.length > 0)
    return reasons[0] === 'ContainerCreating' ? 'the container is being created' : `${reasons[0]}`;
  if (view.status?.phase === 'Succeeded' || view.status?.phase === 'Failed') return 'the pod has ended';
  if (view.status?.phase === 'Running') return 'the container runs and is not ready yet';
  return 'the pod is being scheduled';
}

function containers(view: PodView): { spec: PodView['spec']['containers'][number]; status: ContainerStatus }[] {
  const statuses = statusesOf(view);
  const specs = [...(view.spec.initContainers ?? []), ...view.spec.containers];
  return specs.flatMap((spec) => {
    const status = statuses.find((one) => one.name === spec.name);
    return status ? [{ spec, status }] : [];
  });
}

function over(view: PodView): Verdict {
  const { reason, message } = view.status ?? {};
  const ended = containers(view).find(({ status }) => (status.state?.terminated?.exitCode ?? 0) !== 0);
  if (!ended) return failed(`it failed: ${message ?? reason ?? 'no reason given'}`, 'Run it again.');
  const code = ended.status.state?.terminated?.exitCode;
  return failed(`container ${ended.spec.name} ended with exit code ${code}`, 'Read the cause in its last log lines.', {
    culprit: culpritOf(view, ended.spec.name),
  });
}

function overBefore({ metadata }: PodView, { name }: ContainerStatus): Verdict {
  return failed(
    `container ${name} completed with the image of the version before, and a Pod does not start again`,
    `Use a Job; or delete the Pod and run this again: kubectl -n ${metadata.namespace} delete pod ${metadata.name}`,
  );
}
