import type { KubeObject } from '../ports.ts';

interface AutoscalerView {
  spec?: { scaleTargetRef?: { kind?: string; name?: string } };
}

/**
 * The objects, with the live number of replicas where an autoscaler sets it: a rollout must not undo the autoscaler. On a
 * first deploy, the number of the plan applies until the autoscaler changes it.
 * @param live the object as it is now
 */
export function keepAutoscaled(
  objects: readonly KubeObject[],
  autoscalers: readonly KubeObject[],
  live: (object: KubeObject) => KubeObject | undefined,
): KubeObject[] {
  const targets = autoscaledNames(autoscalers);
  return objects.map((object) => {
    if (!targets.has(`${object.kind}/${object.metadata.name}`)) return object;
    const replicas = (live(object)?.spec as { replicas?: number } | undefined)?.replicas;
    return replicas === undefined ? object : { ...object, spec: { ...(object.spec as object), replicas } };
  });
}

/** The targets of autoscalers, as `Deployment/parking`. */
export function autoscaledNames(autoscalers: readonly KubeObject[]): Set<string> {
  return new Set(
    autoscalers.map((autoscaler) => {
      const target = (autoscaler as KubeObject & AutoscalerView).spec?.scaleTargetRef;
      return `${target?.kind}/${target?.name}`;
    }),
  );
}
