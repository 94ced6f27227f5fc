import type { PodView } from './pod-view.ts';
import { condition, type Waiting, waiting } from './verdict.ts';

/** The readiness gate that GKE adds to the pods behind a load balancer. @see https://cloud.google.com/kubernetes-engine/docs/concepts/container-native-load-balancing#pod_readiness */
const NEG = 'cloud.google.com/load-balancer-neg-ready';

/** A pod whose containers are ready while a controller outside of the pod has not set its readiness gate. */
export function waitsForGate(pod: PodView): Waiting | undefined {
  const { conditions } = pod.status ?? {};
  if (condition(conditions, 'ContainersReady')?.status !== 'True') return undefined;
  const gate = (pod.spec.readinessGates ?? []).find(
    ({ conditionType }) => condition(conditions, conditionType)?.status !== 'True',
  );
  if (gate === undefined) return undefined;
  const { reason, message } = condition(conditions, gate.conditionType) ?? {};
  const words = [reason, message].filter((text) => text !== undefined && text !== '').join(': ');
  return waiting(
    `the containers of pod ${pod.metadata.name} are ready, and it waits for ${gate.conditionType}${words ? ` (${words})` : ''}`,
    {
      remedy:
        gate.conditionType === NEG
          ? 'The load balancer asks the pod by a health check of its own: its path (deploy.health, with ingress.kind: gke or gateway) has to answer 200, and a firewall rule has to let 35.191.0.0/16 and 130.211.0.0/22 in.'
          : 'Look at the controller that sets this condition.',
    },
  );
}
