import type { KubeObject } from '../ports.ts';
import type { ContainerSpec } from './pod-view.ts';
import type { Ready } from './verdict.ts';

/** Long enough for a process that ends by itself right after its start to have done so. */
const HELD_MS = 3_000;

interface WorkloadView {
  spec?: { minReadySeconds?: number; template?: { spec?: { containers?: ContainerSpec[] } } };
}

/**
 * A container without a probe counts as ready from the moment it is started, also one that ends at once: of such a workload
 * being ready is believed when it lasts. `minReadySeconds` is the same, done by the controller.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
 */
export function lasting(verdict: Ready, workload: KubeObject): Ready {
  const { minReadySeconds = 0, template } = (workload as WorkloadView).spec ?? {};
  const unprobed = template?.spec?.containers?.some((one) => !one.readinessProbe && !one.startupProbe) ?? false;
  return unprobed && minReadySeconds * 1_000 < HELD_MS ? { ...verdict, heldMs: HELD_MS } : verdict;
}
