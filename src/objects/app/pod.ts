import { objectLabels } from '../labels.ts';
import type { PodTemplate } from '../pod-template.ts';
import type { AppSpec, PodPart } from './app-spec.ts';
import { appContainer } from './container.ts';

/**
 * The pod template of a process or a cron.
 * @param fields of the pod's spec that differ by kind of workload
 */
export function podTemplate(spec: AppSpec, part: PodPart, fields: Record<string, unknown>): PodTemplate {
  return {
    metadata: {
      labels: objectLabels(spec, part.component),
      ...(Object.keys(part.podAnnotations).length > 0 ? { annotations: { ...part.podAnnotations } } : {}),
    },
    spec: {
      containers: [appContainer(spec, part) as { name: string }],
      ...fields,
    },
  };
}

/**
 * An app does not need the API server, and variables of neighbouring Services, such as PARKING_PORT=tcp://…, break some
 * apps.
 */
export const ALONE_IN_CLUSTER = { automountServiceAccountToken: false, enableServiceLinks: false };
