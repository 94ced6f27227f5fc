import type { KubeObject } from '../ports.ts';
import { creationRefusal } from './creation-refusal.ts';
import { podProblem } from './pod.ts';
import { isGoing, isReadyPod, type PodView, podView } from './pod-view.ts';
import { doing, worstOf } from './pods.ts';
import { lasting } from './unprobed.ts';
import { failed, ready, type Surroundings, UNOBSERVED, unobserved, type Verdict, waiting } from './verdict.ts';

interface StatefulSetView {
  spec: {
    replicas?: number;
    podManagementPolicy?: string;
    updateStrategy?: { rollingUpdate?: { partition?: number } };
  };
  status?: {
    currentRevision?: string;
    updateRevision?: string;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
  };
}

const REVISION = 'controller-revision-hash';
/** Milliseconds; a person who deletes the blocking pod by hand has this long. */
const BLOCKED_MS = 10_000;

/**
 * A StatefulSet.
 *
 * Ready when
 *   1. its controller has observed the present generation;
 *   2. every pod whose ordinal is at or above spec.updateStrategy.rollingUpdate.partition has the new revision;
 *   3. as many pods as spec.replicas are ready and available, whatever their revision.
 * With pods below the partition it is ready with a warning: they keep the old revision.
 *
 * Failed when
 *   1. a pod of the new revision can neither start nor keep running (podProblem);
 *   2. a pod of the old revision cannot become ready: the controller replaces pods one by one, and waits for it forever
 *      (https://github.com/kubernetes/kubernetes/issues/67250);
 *   3. the creation of its pods is refused.
 */
export function statefulSet(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status = {} } = object as unknown as StatefulSetView;
  if (unobserved(object)) return waiting(UNOBSERVED);
  const wanted = spec.replicas ?? 1;
  if (wanted === 0) return ready('it is scaled to 0 replicas', 'nothing was verified: it is scaled to 0 replicas');
  const all = near.ownedBy(object.metadata.uid, 'Pod').map(podView);
  const isNew = (pod: KubeObject) => pod.metadata.labels?.[REVISION] === status.updateRevision;
  const pods = all.filter(isNew);
  const worst = worstOf(pods, near);
  if (worst?.state === 'failed') return worst;
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const updated = status.updatedReplicas ?? 0;
  const available = status.availableReplicas ?? status.readyReplicas ?? 0;
  if (updated >= wanted - partition && available >= wanted && (status.readyReplicas ?? 0) >= wanted) {
    const text = `${updated} of ${wanted} pods are of the new revision, ${available} are available`;
    return lasting(ready(text, keptBack(object, wanted - updated)), object);
  }
  const blocked = inOrder(spec) && all.find((pod) => !isNew(pod) && !isReadyPod(pod) && !isGoing(pod));
  if (blocked) return blockedBy(blocked, near);
  const refused = all.length < wanted ? creationRefusal(object, near) : undefined;
  if (refused) return refused;
  const detail = worst ? worst.reason : doing(pods);
  return {
    ...(worst ?? {}),
    ...waiting(
      `${updated} of ${wanted} pods are of the new revision, ${available} available${detail ? `; ${detail}` : ''}`,
    ),
  };
}

/** The partition keeps pods on the old revision for good; undefined while all revisions are the same. */
function keptBack(object: KubeObject, count: number): string | undefined {
  const { spec, status = {} } = object as unknown as StatefulSetView;
  const { partition = 0 } = spec.updateStrategy?.rollingUpdate ?? {};
  if (count <= 0 || partition === 0 || status.currentRevision === status.updateRevision) return undefined;
  return `only part of it runs this version: ${count} of ${spec.replicas ?? 1} pods stay on the old revision, because updateStrategy.rollingUpdate.partition is ${partition}`;
}

/** Only then does it wait for each pod; otherwise it replaces them from the last to the first, healthy or not. */
function inOrder({ podManagementPolicy = 'OrderedReady' }: StatefulSetView['spec']): boolean {
  return podManagementPolicy === 'OrderedReady';
}

/** Waits for a pod of the old revision that may become ready; a person must delete a pod that cannot. */
function blockedBy(pod: PodView, near: Surroundings): Verdict {
  const { name, namespace } = pod.metadata;
  const rule = 'and Kubernetes replaces it only when it is';
  const remedy = `Delete it by hand, its volume stays: kubectl -n ${namespace} delete pod ${name}`;
  const problem = podProblem(pod, near);
  if (problem?.state !== 'failed') {
    return waiting(`pod ${name} of the revision before is not ready, ${rule}`, { remedy });
  }
  const reason = `pod ${name} of the revision before cannot become ready (${problem.reason}), ${rule}`;
  return failed(reason, remedy, { graceMs: Math.max(BLOCKED_MS, problem.graceMs), culprit: problem.culprit });
}
