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
 * The object to write, by which its controller tries at once what it has been refused before: it tries again by itself after
 * pauses of up to 16 minutes, or never, and is not told that whoever refused it has changed a quota or a policy meanwhile. Any change of
 * the object wakes it; a Deployment hands on its annotations to the ReplicaSet, whose controller it is that waits.
 * @param live the object as it is; undefined when it is not there
 * @param at milliseconds since the epoch
 * @returns the same object where nothing is held back
 */
export function tryAgain(object: KubeObject, live: KubeObject | undefined, at: number): KubeObject {
  if (!live || !isHeldBack(live)) return object;
  const annotations = { ...object.metadata.annotations, [ANNOTATIONS.triedAgain]: new Date(at).toISOString() };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The controller of a workload has not been able to make all its pods, or has not got to it. */
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
