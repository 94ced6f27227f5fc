import type { KubeObject } from '../ports.ts';
import { podView } from './pod-view.ts';
import { doing, worstOf } from './pods.ts';
import { refusal } from './refusal.ts';
import { lasting } from './unprobed.ts';
import { ready, type Surroundings, unobserved, type Verdict, waiting } from './verdict.ts';

interface DaemonSetView {
  status?: { desiredNumberScheduled?: number; updatedNumberScheduled?: number; numberAvailable?: number };
}

/** The DaemonSet's count of its templates, which its pods carry as a label. */
const GENERATION = { annotation: 'deprecated.daemonset.template.generation', label: 'pod-template-generation' };

/** A DaemonSet is ready when every node that should have a pod has one of the new version, and all are available. */
export function daemonSet(object: KubeObject, near: Surroundings): Verdict {
  const { status = {} } = object as unknown as DaemonSetView;
  if (unobserved(object)) return waiting('its controller has not seen the new version yet');
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
  const refused = pods.length < wanted ? refusal(object, near) : undefined;
  if (refused) return refused;
  const detail = worst ? worst.reason : doing(pods);
  return {
    ...(worst ?? {}),
    ...waiting(`${updated} of ${wanted} nodes have the new pod, ${available} available${detail ? `; ${detail}` : ''}`),
  };
}
