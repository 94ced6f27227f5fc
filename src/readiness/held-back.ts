import { ANNOTATIONS } from '../objects/names.ts';
import type { KubeObject } from '../ports.ts';
import { type Condition, condition } from './verdict.ts';

interface WorkloadView {
  spec?: { replicas?: number };
  status?: {
    conditions?: Condition[];
    replicas?: number;
    currentNumberScheduled?: number;
    desiredNumberScheduled?: number;
  };
}

/**
 * Adds an annotation that makes the controller retry a refused request at once. Without it the controller retries after
 * pauses of up to 16 minutes, or never, because a changed quota or policy does not trigger it. Any change of the object
 * does. A Deployment copies its annotations to the ReplicaSet, whose controller waits.
 * @param live the object in the cluster; undefined when there is none
 * @param at milliseconds since the epoch
 * @returns the same object when nothing is held back
 */
export function tryAgain(object: KubeObject, live: KubeObject | undefined, at: number): KubeObject {
  if (!live || !isHeldBack(live)) return object;
  const annotations = { ...object.metadata.annotations, [ANNOTATIONS.triedAgain]: new Date(at).toISOString() };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The controller of a workload has not created all of its pods. */
export function isHeldBack(live: KubeObject): boolean {
  const { spec = {}, status = {} } = live as WorkloadView;
  switch (live.kind) {
    case 'Deployment':
      return (
        condition(status.conditions, 'ReplicaFailure')?.status === 'True' ||
        condition(status.conditions, 'Progressing')?.reason === 'ReplicaSetCreateError'
      );
    case 'StatefulSet':
      return (status.replicas ?? 0) < (spec.replicas ?? 1);
    case 'DaemonSet':
      return (status.currentNumberScheduled ?? 0) < (status.desiredNumberScheduled ?? 0);
    default:
      return false;
  }
}
