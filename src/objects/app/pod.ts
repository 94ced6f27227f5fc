import { objectLabels, selectorLabels } from '../labels.ts';
import type { PodTemplate } from '../pod-template.ts';
import { filledTexts, placeValues } from '../value.ts';
import type { AppSpec, PodPart } from './app-spec.ts';
import { appContainer } from './container.ts';
import { podSecurity } from './pod-security.ts';
import { accountFields } from './service-account.ts';
import { podVolumes } from './volumes.ts';

/**
 * The pod template of a process or a cron.
 * @param fields of the pod's spec that differ by kind of workload
 * @param defaults of fields that slipway.yml can replace
 */
export function podTemplate(
  spec: AppSpec,
  part: PodPart,
  fields: Record<string, unknown>,
  defaults: Record<string, unknown> = {},
): PodTemplate {
  const annotations = filledTexts(part.podAnnotations, placeValues(spec));
  return {
    metadata: {
      labels: { ...part.podLabels, ...objectLabels(spec, part.component) },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    spec: {
      containers: [appContainer(spec, part) as { name: string }],
      ...fields,
      ...accountFields(part.serviceAccount),
      // Variables of neighbouring Services, such as PARKING_PORT=tcp://…, break some apps.
      enableServiceLinks: false,
      ...defaults,
      ...placement(spec, part),
      ...podSecurity(part.securityContext),
      ...podVolumes(part.volumes),
    },
  };
}

/** Where the pods run, and before whom. */
function placement(spec: AppSpec, part: PodPart): Record<string, unknown> {
  const { nodeSelector, tolerations, topologySpread, priorityClass, component } = part;
  const spread = topologySpread?.map(({ topologyKey, maxSkew = 1, whenUnsatisfiable = 'ScheduleAnyway' }) => ({
    maxSkew,
    topologyKey,
    whenUnsatisfiable,
    labelSelector: { matchLabels: selectorLabels(spec.name, component) },
    matchLabelKeys: ['pod-template-hash'],
  }));
  return {
    ...(nodeSelector === undefined ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations === undefined ? {} : { tolerations: [...tolerations] }),
    ...(spread === undefined ? {} : { topologySpreadConstraints: spread }),
    ...(priorityClass === undefined ? {} : { priorityClassName: priorityClass }),
  };
}
