import type { KubeObject } from '../../ports.ts';
import { drainSeconds } from '../drain.ts';
import { objectLabels, selectorLabels, webMetadata } from '../labels.ts';
import type { AppSpec } from './app-spec.ts';
import { appContainer } from './container.ts';

/** Seconds for which the app may take to end after SIGTERM, on top of the drain. */
const SHUTDOWN_SECONDS = 30;

/**
 * The Deployment of an app: a rolling update keeps the wanted number of ready pods.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
export function deploymentObject(spec: AppSpec): KubeObject {
  const selector = selectorLabels(spec.name, 'web');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: webMetadata(spec),
    spec: {
      replicas: spec.replicas,
      revisionHistoryLimit: 10,
      selector: { matchLabels: selector },
      // 25 % is one pod for up to four replicas.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      template: {
        metadata: {
          labels: objectLabels(spec, 'web'),
          ...(Object.keys(spec.podAnnotations).length > 0 ? { annotations: { ...spec.podAnnotations } } : {}),
        },
        spec: podSpec(spec, selector),
      },
    },
  };
}

function podSpec(spec: AppSpec, selector: Record<string, string>): Record<string, unknown> {
  return {
    containers: [appContainer(spec)],
    terminationGracePeriodSeconds: drainSeconds(spec) + SHUTDOWN_SECONDS,
    // An app does not need the API server, and variables of neighbouring Services, such as PARKING_PORT=tcp://…, break
    // some apps.
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selector },
        matchLabelKeys: ['pod-template-hash'],
      },
    ],
  };
}
