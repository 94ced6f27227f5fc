import type { KubeObject } from '../ports.ts';

interface AutoscalerView {
  spec?: { scaleTargetRef?: { kind?: string; name?: string } };
}

/**
 * The objects, with the present number of replicas where an autoscaler decides about it: a rollout must not scale down what
 * was scaled up. On a first deploy the number of the plan stands until the autoscaler takes over.
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

/** What autoscalers decide about, as `Deployment/parking`. */
export function autoscaledNames(autoscalers: readonly KubeObject[]): Set<string> {
  return new Set(
    autoscalers.map((autoscaler) => {
      const target = (autoscaler as KubeObject & AutoscalerView).spec?.scaleTargetRef;
      return `${target?.kind}/${target?.name}`;
    }),
  );
}
