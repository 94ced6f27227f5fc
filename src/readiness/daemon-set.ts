import type { KubeObject } from '../ports.ts';
import { creationRefusal } from './creation-refusal.ts';
import { podView } from './pod-view.ts';
import { doing, worstOf } from './pods.ts';
import { lasting } from './unprobed.ts';
import { ready, type Surroundings, UNOBSERVED, unobserved, type Verdict, waiting } from './verdict.ts';

interface DaemonSetView {
  status?: { desiredNumberScheduled?: number; updatedNumberScheduled?: number; numberAvailable?: number };
}

/** The number of the template, which its pods carry as a label. */
const GENERATION = { annotation: 'deprecated.daemonset.template.generation', label: 'pod-template-generation' };

/**
 * A DaemonSet.
 *
 * Ready when
 *   1. its controller has observed the present generation;
 *   2. every node that should run a pod of it has one of the new version;
 *   3. all of these pods are available.
 * With no such node it is ready with a warning.
 *
 * Failed when
 *   1. a pod of the new version can neither start nor keep running (podProblem);
 *   2. the creation of its pods is refused.
 */
export function daemonSet(object: KubeObject, near: Surroundings): Verdict {
  const { status = {} } = object as unknown as DaemonSetView;
  if (unobserved(object)) return waiting(UNOBSERVED);
  const wanted = status.desiredNumberScheduled ?? 0;
  if (wanted === 0)
    return ready('no node should have a pod of it', 'nothing was verified: no node should have a pod of it');
  const generation = object.metadata.annotations?.[GENERATION.annotation];
  const pods = near
    .ownedBy(object.metadata.uid, 'Pod')
    .filter((pod) => generation === undefined || pod.metadata.labels?.[GENERATION.label] === generation)
    .map(podView);
  const worst = worstOf(pods, near);
  if (worst?.state === 'failed') return worst;
  const updated = status.updatedNumberScheduled ?? 0;
  const available = status.numberAvailable ?? 0;
  if (updated >= wanted && available >= wanted)
    return lasting(ready(`${available} of ${wanted} nodes have an available pod`), object);
  const refused = pods.length < wanted ? creationRefusal(object, near) : undefined;
  if (refused) return refused;
  const detail = worst ? worst.reason : doing(pods);
  return {
    ...(worst ?? {}),
    ...waiting(`${updated} of ${wanted} nodes have the new pod, ${available} available${detail ? `; ${detail}` : ''}`),
  };
}
