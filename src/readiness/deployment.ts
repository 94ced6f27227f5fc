import { isDeepStrictEqual } from 'node:util';
import { ANNOTATIONS } from '../objects/names.ts';
import { type PodTemplate, podTemplateOf } from '../objects/pod-template.ts';
import type { KubeObject } from '../ports.ts';
import { cannotCreate } from './creation-problem.ts';
import { podView } from './pod-view.ts';
import { doing, worstOf } from './pods.ts';
import { refusal } from './refusal.ts';
import { lasting } from './unprobed.ts';
import {
  type Condition,
  condition,
  failed,
  ready,
  type Surroundings,
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

/** Milliseconds in which the controller of a ReplicaSet tries what it was told to. */
const TRIED_MS = 5_000;

/**
 * A Deployment is ready when its controller has seen the present version, and the ReplicaSet of this version has as many
 * available pods as are wanted. Pods of older versions do not count, neither way.
 */
export function deployment(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status } = object as unknown as DeploymentView;
  // Of a ReplicaSet that is refused its controller tells by an event alone, and does not say that it has seen the new version.
  const refusedWhole = () => refusal(object, near, 'ReplicaSetCreateError');
  if (unobserved(object)) return refusedWhole() ?? waiting('its controller has not seen the new version yet');
  const wanted = spec.replicas ?? 1;
  if (wanted === 0) return ready('it is scaled to 0 replicas', 'nothing was verified: it is scaled to 0 replicas');
  if (spec.paused) {
    return waiting('it is paused', { remedy: `Resume it: kubectl rollout resume deployment/${object.metadata.name}` });
  }
  const replicaSet = newReplicaSet(object, near);
  if (!replicaSet) return refusedWhole() ?? waiting('the new ReplicaSet is being created');
  const pods = near.ownedBy(replicaSet.metadata.uid, 'Pod').map(podView);
  const worst = worstOf(pods, near);
  if (worst?.state === 'failed') return worst;
  const { status: own } = replicaSet as unknown as ReplicaSetView;
  const available = own?.availableReplicas ?? 0;
  if (available >= wanted && (status?.updatedReplicas ?? 0) >= wanted) {
    return lasting(ready(`${available} of ${wanted} new pods are available`), object);
  }
  const refused = cannotCreate(replicaSet, near);
  if (refused) return afterTrying(refused, object, replicaSet);
  const detail = worst ? worst.reason : doing(pods);
  const state = `${available} of ${wanted} new pods available${detail ? `; ${detail}` : ''}`;
  const verdict = { ...(worst ?? {}), ...waiting(state) };
  return outOfTime(object, replicaSet, verdict) ?? verdict;
}

/**
 * The Deployment's own progress deadline has passed. The condition stays from an earlier rollout until its controller sees
 * progress: it counts when it names the ReplicaSet of this one, and not before this one has had as much time.
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
 * The ReplicaSet of the present version; undefined until it is seen. Where all pods go before the first new one comes
 * (Recreate), the Deployment has the revision of the version before until they are gone: there the template decides as well.
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

/** A ReplicaSet's template is that of its Deployment, with one label more. */
function withoutHash(template: PodTemplate | undefined): PodTemplate | undefined {
  const { 'pod-template-hash': _, ...labels } = template?.metadata?.labels ?? {};
  return template && { ...template, metadata: { ...template.metadata, labels } };
}

/** What was said before the pods were tried again counts no more: not until the ReplicaSet was told, nor right after that. */
function afterTrying(refused: Verdict, object: KubeObject, replicaSet: KubeObject): Verdict {
  const asked = object.metadata.annotations?.[ANNOTATIONS.triedAgain];
  if (asked === undefined) return refused;
  const told = replicaSet.metadata.annotations?.[ANNOTATIONS.triedAgain];
  if (told !== asked) return waiting('its pods were refused before, and are tried again');
  return refused.state === 'failed' ? { ...refused, graceMs: Math.max(refused.graceMs, TRIED_MS) } : refused;
}
