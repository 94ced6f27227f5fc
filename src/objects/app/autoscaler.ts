import type { KubeObject } from '../../ports.ts';
import { partMetadata } from '../labels.ts';
import type { AppSpec, ProcessSpec } from './app-spec.ts';

const DEFAULT_MIN = 2;
/** Percent of the request, where slipway.yml names neither CPU nor memory. */
const DEFAULT_CPU = 80;

/** The number of pods that a Deployment begins with; later ones keep what the autoscaler has set. */
export function fewestPods({ min = DEFAULT_MIN }: { min?: number | undefined }): number {
  return min;
}

/**
 * The HorizontalPodAutoscaler of a process, if it has one.
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
export function autoscaler(spec: AppSpec, process: ProcessSpec): KubeObject[] {
  const { autoscale } = process;
  if (autoscale === undefined) return [];
  const { max, memory } = autoscale;
  const cpu = autoscale.cpu ?? (memory === undefined ? DEFAULT_CPU : undefined);
  const metrics = Object.entries({ cpu, memory }).flatMap(([name, percent]) =>
    percent === undefined
      ? []
      : [{ type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization: percent } } }],
  );
  return [
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: partMetadata(spec, process),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: process.name },
        minReplicas: fewestPods(autoscale),
        maxReplicas: max,
        metrics,
      },
    },
  ];
}
