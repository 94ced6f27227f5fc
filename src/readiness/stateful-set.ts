import type { KubeObject } from '../ports.ts';
import { podProblem } from './pod.ts';
import { isGoing, isReadyPod, type PodView, podView } from './pod-view.ts';
import { doing, worstOf } from './pods.ts';
import { refusal } from './refusal.ts';
import { lasting } from './unprobed.ts';
import { failed, ready, type Surroundings, unobserved, type Verdict, waiting } from './verdict.ts';

interface StatefulSetView {
  spec: {
    replicas?: number;
    podManagementPolicy?: string;
    updateStrategy?: { rollingUpdate?: { partition?: number } };
  };
  status?: { updateRevision?: string; updatedReplicas?: number; readyReplicas?: number; availableReplicas?: number };
}

const REVISION = 'controller-revision-hash';
/** Milliseconds: whoever deletes the pod by hand meanwhile is in time. */
const BLOCKED_MS = 10_000;

/**
 * A StatefulSet is ready when the pods above its partition are of the new revision and all of them are ready. It replaces
 * pods one by one, and waits for a broken one of the old revision for ever.
 * @see https://github.com/kubernetes/kubernetes/issues/67250
 */
export function statefulSet(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status = {} } = object as unknown as StatefulSetView;
  if (unobserved(object)) return waiting('its controller has not seen the new version yet');
  const wanted = spec.replicas ?? 1;
  if (wanted === 0) return ready('it is scaled to 0 replicas', 'nothing was verified: it is scaled to 0 replicas');
  const all = near.ownedBy(object.metadata.uid, 'Pod').map(podView);
  const isNew = (pod: KubeObject) => pod.metadata.labels?.[REVISION] === status.updateRevision;
  const pods = all.filter(isNew);
  const worst = worstOf(pods, near);
  if (worst?.state === 'failed') return worst;
  const toUpdate = wanted - (spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  const updated = status.updatedReplicas ?? 0;
  const available = status.availableReplicas ?? status.readyReplicas ?? 0;
  if (updated >= toUpdate && available >= wanted && (status.readyReplicas ?? 0) >= wanted) {
    return lasting(ready(`${updated} of ${wanted} pods are of the new revision, ${available} are available`), object);
  }
  const blocked = inOrder(spec) && all.find((pod) => !isNew(pod) && !isReadyPod(pod) && !isGoing(pod));
  if (blocked) return blockedBy(blocked, near);
  const refused = all.length < wanted ? refusal(object, near) : undefined;
  if (refused) return refused;
  const detail = worst ? worst.reason : doing(pods);
  return {
    ...(worst ?? {}),
    ...waiting(
      `${updated} of ${wanted} pods are of the new revision, ${available} available${detail ? `; ${detail}` : ''}`,
    ),
  };
}

/** Only then does it wait for each pod; else it replaces them from the last to the first, whether or not they are healthy. */
function inOrder({ podManagementPolicy = 'OrderedReady' }: StatefulSetView['spec']): boolean {
  return podManagementPolicy === 'OrderedReady';
}

/** A pod of the revision before that may become ready is waited for; one that cannot has to be deleted by somebody. */
function blockedBy(pod: PodView, near: Surroundings): Verdict {
  const { name, namespace, uid } = pod.metadata;
  const rule = 'and Kubernetes replaces it only when it is';
  const remedy = `Delete it by hand, its volume stays: kubectl -n ${namespace} delete pod ${name}`;
  const problem = podProblem(pod, near.warnings(uid));
  if (problem?.state !== 'failed') {
    return waiting(`pod ${name} of the revision before is not ready, ${rule}`, { remedy });
  }
  const reason = `pod ${name} of the revision before cannot become ready (${problem.reason}), ${rule}`;
  return failed(reason, remedy, { graceMs: BLOCKED_MS, culprit: problem.culprit });
}
