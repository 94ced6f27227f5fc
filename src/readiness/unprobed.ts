import type { KubeObject } from '../ports.ts';
import type { ContainerSpec, PodView } from './pod-view.ts';
import type { Ready } from './verdict.ts';

/** Milliseconds; a process that ends right after its start has ended by then. */
const HELD_MS = 3_000;
/** Milliseconds that count after a restart: what has ended once may end again. */
const RESTARTED_MS = 30_000;

interface WorkloadView {
  spec?: {
    minReadySeconds?: number;
    template?: { spec?: { containers?: ContainerSpec[] } };
    /** Of a Pod. */
    containers?: ContainerSpec[];
  };
}

/**
 * A container without a probe counts as ready as soon as it starts, even if it ends at once. A workload with such a container
 * must stay ready for a moment. `minReadySeconds` has the same effect, through the controller. After a restart it must stay
 * ready for longer.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
 */
export function lasting(verdict: Ready, workload: KubeObject, pods: readonly PodView[] = []): Ready {
  const { minReadySeconds = 0, template, containers = [] } = (workload as WorkloadView).spec ?? {};
  const all = template?.spec?.containers ?? containers;
  const unprobed = all.some((one) => !one.readinessProbe && !one.startupProbe);
  if (unprobed && pods.some(hasRestarted)) return { ...verdict, heldMs: RESTARTED_MS };
  return unprobed && minReadySeconds * 1_000 < HELD_MS ? { ...verdict, heldMs: HELD_MS } : verdict;
}

function hasRestarted({ status }: PodView): boolean {
  return (status?.containerStatuses ?? []).some(({ restartCount }) => restartCount > 0);
}
