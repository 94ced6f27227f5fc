import { UserError } from '../errors.ts';
import { ANNOTATIONS, LABELS } from '../objects/names.ts';
import { refOf, shortName } from '../objects/ref.ts';
import type { KubeObject } from '../ports.ts';
import type { RolloutPlan } from './rollout-plan.ts';

/**
 * In an environment with `promoteFrom`, a workload without pods is most likely a mistake, and the outage would look like a
 * success. `environments.<name>.replicas: 0` (in the long form, of the process), or the annotation on an object of the
 * manifests, confirms it. Ignores a workload that an autoscaler has scaled to zero, because the object does not say so.
 * @throws UserError that names the workload
 */
export function refuseZeroReplicas(
  objects: readonly KubeObject[],
  { environment, zeroReplicas, idle }: Pick<RolloutPlan, 'environment' | 'zeroReplicas' | 'idle'>,
): void {
  if (zeroReplicas === 'allowed') return;
  const none = objects.find(
    ({ kind, spec, metadata }) =>
      (kind === 'Deployment' || kind === 'StatefulSet') &&
      (spec as { replicas?: number } | undefined)?.replicas === 0 &&
      !idle.includes(metadata.name) &&
      metadata.annotations?.[ANNOTATIONS.zeroReplicas] !== 'allowed',
  );
  if (!none) return;
  const key = `environments.${environment}.${processKey(none)}replicas`;
  throw new UserError(`${shortName(refOf(none))} would have no pods (replicas: 0) in ${environment}`, {
    details: ['nothing was written'],
    remedy: `If this is intended, set ${key}: 0 in slipway.yml or, for an object of your own, the annotation ${ANNOTATIONS.zeroReplicas}: allowed on it. Otherwise set its replicas.`,
  });
}

/** In the long form, the objects of a process are named by app and process. */
function processKey({ metadata: { name, labels = {} } }: KubeObject): string {
  const component = labels[LABELS.component];
  return name === `${labels[LABELS.app]}-${component}` ? `processes.${component}.` : '';
}
