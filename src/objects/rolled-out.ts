import type { KubeObject } from '../ports.ts';

interface Counts {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  currentRevision?: string;
  updateRevision?: string;
  desiredNumberScheduled?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
}

const KINDS = new Set(['DaemonSet', 'Deployment', 'StatefulSet']);

/** Whether the controller of this kind replaces pods by a rollout. */
export function isRolled({ kind }: Pick<KubeObject, 'kind'>): boolean {
  return KINDS.has(kind);
}

/** Whether all pods of a live workload are of its current revision and available, by its status alone. */
export function isRolledOut(live: KubeObject): boolean {
  const counts = (live.status ?? {}) as Counts;
  if ((counts.observedGeneration ?? 0) < (live.metadata.generation ?? 0)) return false;
  if (live.kind === 'DaemonSet') {
    const { desiredNumberScheduled: desired = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = counts;
    return updatedNumberScheduled >= desired && numberAvailable >= desired;
  }
  const { replicas: wanted = 1 } = (live.spec ?? {}) as { replicas?: number };
  const { updatedReplicas = 0, availableReplicas = 0, replicas = updatedReplicas } = counts;
  return updatedReplicas >= wanted && availableReplicas >= wanted && replicas <= updatedReplicas;
}
