import type { KubeObject } from '../ports.ts';
import { containerProblem } from './container-problem.ts';
import { waitsForGate } from './gate.ts';
import { imageProblem } from './image-problem.ts';
import { placeProblem } from './mount-problem.ts';
import { type ContainerStatus, culpritOf, isReadyPod, type PodView, podView } from './pod-view.ts';
import { probeProblem } from './probe-problem.ts';
import { type EventView, failed, ready, type Surroundings, type Verdict, waiting } from './verdict.ts';

/** A Pod on its own: ready, or over with success; failed when over without. */
export function pod(object: KubeObject, near: Surroundings): Verdict {
  const view = podView(object);
  const phase = view.status?.phase;
  if (phase === 'Succeeded') return ready('it has completed');
  if (phase === 'Failed') return over(view);
  if (isReadyPod(view)) return ready('it is ready');
  return podProblem(view, near.warnings(view.metadata.uid)) ?? waiting(phaseText(view));
}

/** What keeps a pod from becoming ready, as far as it can be told: the first container in order that has a problem. */
export function podProblem(view: PodView, warnings: readonly EventView[]): Verdict | undefined {
  if (isReadyPod(view)) return undefined;
  const place = placeProblem(view, warnings);
  if (place) return place;
  const pulls = warnings.filter((event) => event.reason === 'Failed').map((event) => event.message);
  for (const { spec, status } of containers(view)) {
    const problem =
      imageProblem(view, status, spec.image ?? status.image ?? '', pulls.join('; ')) ??
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
  const statuses = [...(view.status?.initContainerStatuses ?? []), ...(view.status?.containerStatuses ?? [])];
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
  return failed(`container ${ended.spec.name} ended with exit code ${code}`, 'The last lines of its log tell why.', {
    culprit: culpritOf(view, ended.spec.name),
  });
}
