import { type ContainerStatus, type PodView, statusesOf } from './pod-view.ts';
import { condition, type EventView, failed, type Verdict, waiting } from './verdict.ts';

/** Milliseconds; the kubelet may not have seen an object of the same run yet. */
const GRACE_MS = 5_000;

/** Why the volumes of a pod cannot be mounted; undefined when they are, or nothing is known. */
export function mountProblem(pod: PodView, warnings: readonly EventView[]): Verdict | undefined {
  const event = warnings.findLast((one) => one.reason === 'FailedMount' || one.reason === 'FailedAttachVolume');
  if (!event || isMounted(pod)) return undefined;
  const missing = /(secret|configmap) "([^"]+)" not found/.exec(event.message);
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

/** The reasons of a container that waits while its pod has no volumes and no sandbox. */
const BEFORE_ANYTHING = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * The event of a failed mount remains after the mount succeeds. The kubelet mounts volumes before it creates the sandbox, and
 * creates that before it pulls an image or starts a container: any of these proves that the volumes are mounted.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-has-network
 */
function isMounted(pod: PodView): boolean {
  if (condition(pod.status?.conditions, 'PodReadyToStartContainers')?.status === 'True') return true;
  return statusesOf(pod).some(isBeyondMounts);
}

function isBeyondMounts({ state }: ContainerStatus): boolean {
  const reason = state?.waiting?.reason;
  return state?.waiting === undefined ? state !== undefined : reason !== undefined && !BEFORE_ANYTHING.has(reason);
}
