import { isDeepStrictEqual } from 'node:util';
import { ANNOTATIONS } from '../objects/names.ts';
import { type PodTemplate, podTemplateOf } from '../objects/pod-template.ts';
import type { KubeObject } from '../ports.ts';
import { cannotCreate } from './creation-problem.ts';
import { creationRefusal } from './creation-refusal.ts';
import { isGoing, type PodView, podView } from './pod-view.ts';
import { doing, worstOf } from './pods.ts';
import { lacksHostPort } from './scheduling-problem.ts';
import { lasting } from './unprobed.ts';
import {
  type Condition,
  condition,
  failed,
  ready,
  type Surroundings,
  UNOBSERVED,
  unobserved,
  type Verdict,
  type Waiting,
  waiting,
} from './verdict.ts';

interface DeploymentView {
  spec: { replicas?: number; paused?: boolean; progressDeadlineSeconds?: number };
  status?: { updatedReplicas?: number; conditions?: Condition[] };
}
interface ReplicaSetView {
  status?: { availableReplicas?: number; observedGeneration?: number; conditions?: Condition[] };
}

/** @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status */
const REVISION = 'deployment.kubernetes.io/revision';

/** Milliseconds within which the controller of a ReplicaSet retries after its object has changed. */
const TRIED_MS = 5_000;
/** Milliseconds that an old pod has to exit, or a new node to join, before the missing port counts as lasting. */
const PORT_HELD_MS = 30_000;

/**
 * A Deployment.
 *
 * Ready when
 *   1. its controller has observed the present generation;
 *   2. the ReplicaSet of the present version exists;
 *   3. that ReplicaSet has as many available pods as spec.replicas, and status.updatedReplicas says the same.
 * Pods of older ReplicaSets neither pass nor fail it. With 0 replicas it is ready with a warning.
 *
 * Failed when
 *   1. a pod of that ReplicaSet can neither start nor keep running, or fails its startup probe for all of its time (podProblem);
 *   2. the creation of the ReplicaSet or of its pods is refused;
 *   3. its progressDeadlineSeconds have passed for that ReplicaSet;
 *   4. a new pod needs a hostPort that an old pod holds, and the strategy keeps the old pod until the new one is ready.
 */
export function deployment(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status } = object as unknown as DeploymentView;
  // When a ReplicaSet is refused, the controller only writes an event and does not update observedGeneration.
  const refusedWhole = () => creationRefusal(object, near, 'ReplicaSetCreateError');
  if (unobserved(object)) return refusedWhole() ?? waiting(UNOBSERVED);
  const wanted = spec.replicas ?? 1;
  if (wanted === 0) return ready('it is scaled to 0 replicas', 'nothing was verified: it is scaled to 0 replicas');
  if (spec.paused) {
    return waiting('it is paused', { remedy: `Resume it: kubectl rollout resume deployment/${object.metadata.name}` });
  }
  const replicaSet = newReplicaSet(object, near);
  if (!replicaSet) return refusedWhole() ?? waiting('the new ReplicaSet is being created');
  const pods = near.ownedBy(replicaSet.metadata.uid, 'Pod').map(podView);
  const worst = worstOf(pods, near);
  const { status: own } = replicaSet as unknown as ReplicaSetView;
  const available = own?.availableReplicas ?? 0;
  const detail = worst ? worst.reason : doing(pods);
  const state = `${available} of ${wanted} new pods available${detail ? `; ${detail}` : ''}`;
  const verdict = { ...withoutState(worst), ...waiting(state) };
  if (worst?.state === 'failed') return (worst.graceMs > 0 && outOfTime(object, replicaSet, verdict)) || worst;
  if (available >= wanted && (status?.updatedReplicas ?? 0) >= wanted) {
    return lasting(ready(`${available} of ${wanted} new pods are available`), object, pods);
  }
  const refused = cannotCreate(replicaSet, near);
  if (refused) return afterTrying(refused, object, replicaSet);
  return portStaysHeld(object, pods, near) ?? outOfTime(object, replicaSet, verdict) ?? verdict;
}

/** What a problem of a pod adds to the wait for its Deployment. */
function withoutState(problem: Verdict | undefined): Omit<Waiting, 'state' | 'reason'> {
  if (!problem || problem.state === 'ready') return {};
  const { remedy, culprit } = problem;
  return { ...(remedy ? { remedy } : {}), ...(culprit ? { culprit } : {}) };
}

/**
 * The Deployment's own progress deadline has passed. The condition of an earlier rollout remains until the controller sees
 * progress: it counts when it names the present ReplicaSet, and once this rollout has had as much time.
 */
function outOfTime(object: KubeObject, replicaSet: KubeObject, verdict: Waiting): Verdict | undefined {
  const { spec, status } = object as unknown as DeploymentView;
  const progress = condition(status?.conditions, 'Progressing');
  if (progress?.reason !== 'ProgressDeadlineExceeded' || progress.status !== 'False') return undefined;
  if (!progress.message?.includes(`"${replicaSet.metadata.name}"`)) return undefined;
  const seconds = spec.progressDeadlineSeconds ?? 600;
  return failed(
    `no progress within its progressDeadlineSeconds (${seconds} s): ${verdict.reason}`,
    verdict.remedy ?? 'If it only needs longer, raise progressDeadlineSeconds of the Deployment.',
    { before: { ms: seconds * 1_000, verdict }, culprit: verdict.culprit },
  );
}

/**
 * The verdict when old pods hold the hostPort of the new ones and none of them may stop first (maxUnavailable: 0).
 * Undefined otherwise, or when another node may still take the pod.
 */
function portStaysHeld(object: KubeObject, pods: readonly PodView[], near: Surroundings): Verdict | undefined {
  const blocked = pods.find((pod) => !isGoing(pod) && lacksHostPort(pod));
  const { strategy, replicas = 1 } = object.spec as { strategy?: Strategy; replicas?: number };
  if (!blocked || strategy?.type === 'Recreate' || maxUnavailable(strategy, replicas) > 0) return undefined;
  if (near.ownedBy(object.metadata.uid, 'ReplicaSet').length < 2) return undefined;
  return failed(
    `pod ${blocked.metadata.name} needs a hostPort that the pod of the version before holds, and that pod stays until the new one is ready`,
    'Set strategy.type: Recreate, or rollingUpdate.maxSurge: 0 with maxUnavailable: 1; better, use a Service in place of hostPort.',
    { graceMs: PORT_HELD_MS },
  );
}

interface Strategy {
  type?: string;
  rollingUpdate?: { maxUnavailable?: number | string };
}

/** Pods that may be missing; a percentage is rounded down, as the controller does. */
function maxUnavailable({ rollingUpdate }: Strategy = {}, replicas: number): number {
  const value = rollingUpdate?.maxUnavailable ?? '25%';
  return typeof value === 'number' ? value : Math.floor((Number.parseInt(value, 10) / 100) * replicas);
}

/**
 * The ReplicaSet of the current version; undefined until it exists. With the strategy Recreate, the Deployment keeps the
 * previous revision until all old pods have terminated, so the template has to match as well.
 */
export function newReplicaSet(object: KubeObject, near: Surroundings): KubeObject | undefined {
  const revision = object.metadata.annotations?.[REVISION];
  if (revision === undefined) return undefined;
  const { strategy, template } = object.spec as { strategy?: { type?: string }; template?: PodTemplate };
  const isOurs = (replicaSet: KubeObject) =>
    strategy?.type !== 'Recreate' || isDeepStrictEqual(withoutHash(podTemplateOf(replicaSet)), withoutHash(template));
  return near
    .ownedBy(object.metadata.uid, 'ReplicaSet')
    .find((replicaSet) => replicaSet.metadata.annotations?.[REVISION] === revision && isOurs(replicaSet));
}

/** The template of a ReplicaSet is that of its Deployment with one more label. */
function withoutHash(template: PodTemplate | undefined): PodTemplate | undefined {
  const { 'pod-template-hash': _, ...labels } = template?.metadata?.labels ?? {};
  return template && { ...template, metadata: { ...template.metadata, labels } };
}

/** After a retry was asked for, an earlier refusal does not count: not before the ReplicaSet has the annotation, nor right after. */
function afterTrying(refused: Verdict, object: KubeObject, replicaSet: KubeObject): Verdict {
  const asked = object.metadata.annotations?.[ANNOTATIONS.triedAgain];
  if (asked === undefined) return refused;
  const told = replicaSet.metadata.annotations?.[ANNOTATIONS.triedAgain];
  if (told !== asked) return waiting('its pods were refused before; its controller retries');
  return refused.state === 'failed' ? { ...refused, graceMs: Math.max(refused.graceMs, TRIED_MS) } : refused;
}
