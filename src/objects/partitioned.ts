import type { KubeObject } from '../ports.ts';

interface StatefulSetView {
  spec?: { replicas?: number; updateStrategy?: { rollingUpdate?: { partition?: number } } };
  status?: { currentRevision?: string; updateRevision?: string };
}

/** Whether a partition can keep pods of this object on the previous revision. */
export function hasPartition(object: KubeObject): boolean {
  const { spec } = object as StatefulSetView;
  return object.kind === 'StatefulSet' && (spec?.updateStrategy?.rollingUpdate?.partition ?? 0) > 0;
}

/**
 * The pods of a live StatefulSet that stay on the previous revision, in words; undefined if all run the current one.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#partitions
 */
export function keptBack(live: KubeObject): string | undefined {
  if (!hasPartition(live)) return undefined;
  const { spec, status } = live as StatefulSetView;
  const { replicas = 1, updateStrategy } = spec ?? {};
  const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
  const kept = Math.min(partition, replicas);
  if (kept === 0 || status?.currentRevision === status?.updateRevision) return undefined;
  return `${kept} of ${replicas} pods stay on the previous revision (updateStrategy.rollingUpdate.partition: ${partition})`;
}
