import { groupOf } from '../../../../objects/ref.ts';
import type { KubeObject } from '../../../../ports.ts';

/**
 * Kinds of namespaced objects that cannot open the walls of an environment, by group. Any other kind can: NetworkPolicies add
 * to what is open, a RoleBinding gives rights, and the controller of a custom resource acts with rights of its own.
 */
const ORDINARY: Readonly<Record<string, readonly string[]>> = {
  '': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount', 'PersistentVolumeClaim', 'Pod'],
  apps: ['Deployment', 'StatefulSet'],
  batch: ['Job', 'CronJob'],
  autoscaling: ['HorizontalPodAutoscaler'],
  policy: ['PodDisruptionBudget'],
  'networking.k8s.io': ['Ingress'],
  'gateway.networking.k8s.io': ['HTTPRoute'],
};

/** Whether objects of this kind may be in an environment. @param allow `Kind` or `Kind.group`, of the default branch */
export function isAllowedKind(object: Pick<KubeObject, 'apiVersion' | 'kind'>, allow: readonly string[]): boolean {
  const group = groupOf(object);
  const ordinary = Object.hasOwn(ORDINARY, group) ? ORDINARY[group] : undefined;
  if (ordinary?.includes(object.kind)) return true;
  return allow.some((one) => one === object.kind || one === `${object.kind}.${group}`);
}
