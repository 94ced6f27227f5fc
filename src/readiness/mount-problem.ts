import type { ContainerStatus, PodView } from './pod-view.ts';
import { condition, type EventView, failed, type Verdict, waiting } from './verdict.ts';

const GRACE_MS = 5_000;

/** Why a pod gets no node, or its volumes cannot be mounted; undefined when it has both or nothing is known. */
export function placeProblem(pod: PodView, warnings: readonly EventView[]): Verdict | undefined {
  return unscheduled(pod) ?? mountProblem(pod, warnings);
}

/** A full cluster may grow (autoscaler) or empty itself: this is waited for. A claim that does not exist is not. */
function unscheduled(pod: PodView): Verdict | undefined {
  const scheduled = condition(pod.status?.conditions, 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  const message = scheduled.message ?? scheduled.reason ?? '';
  const claim = /persistentvolumeclaim "(.+?)" not found/.exec(message)?.[1];
  if (claim) {
    return failed(
      `it needs the PersistentVolumeClaim ${claim}, which does not exist in the namespace`,
      'Add the claim to the manifests, or correct its name.',
      { graceMs: GRACE_MS },
    );
  }
  return waiting(`no node takes the pod: ${message}`, {
    remedy: 'Give the cluster more nodes, or ask for less (deploy.resources), or correct nodeSelector and tolerations.',
  });
}

function mountProblem(pod: PodView, warnings: readonly EventView[]): Verdict | undefined {
  const event = warnings.findLast((one) => one.reason === 'FailedMount' || one.reason === 'FailedAttachVolume');
  if (!event || isMounted(pod)) return undefined;
  const missing = /(secret|configmap) "(.+?)" not found/.exec(event.message);
  if (missing) {
    const what = missing[1] === 'secret' ? 'Secret' : 'ConfigMap';
    return failed(
      `a volume needs the ${what} ${missing[2]}, which does not exist in the namespace`,
      `Create the ${what}, or take the volume out of the manifests.`,
      { graceMs: GRACE_MS, mayCome: true },
    );
  }
  if (/references non-existent (secret|config) key: /.test(event.message)) {
    return failed(`a volume cannot be filled: ${event.message}`, 'Add the key, or correct its name.', {
      graceMs: GRACE_MS,
      mayCome: true,
    });
  }
  return waiting(`its volumes are not mounted yet: ${event.message}`);
}

/** What a container waits for while its pod has no sandbox, and no volumes. */
const BEFORE_ANYTHING = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * A mount that failed stays among the events after it was tried again and went well. Volumes are mounted before the sandbox is made,
 * and that before the first image is pulled or container started: whatever says so proves that they are.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-has-network
 */
function isMounted({ status = {} }: PodView): boolean {
  if (condition(status.conditions, 'PodReadyToStartContainers')?.status === 'True') return true;
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].some(isBeyondMounts);
}

function isBeyondMounts({ state }: ContainerStatus): boolean {
  const reason = state?.waiting?.reason;
  return state?.waiting === undefined ? state !== undefined : reason !== undefined && !BEFORE_ANYTHING.has(reason);
}
