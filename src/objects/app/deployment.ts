import type { KubeObject } from '../../ports.ts';
import { drainSeconds } from '../drain.ts';
import { partMetadata, selectorLabels } from '../labels.ts';
import { ANNOTATIONS } from '../names.ts';
import type { AppSpec, ProcessSpec } from './app-spec.ts';
import { podTemplate } from './pod.ts';

/**
 * Seconds that a pod without a probe must run until it counts as available. Nothing else says whether a worker works: a process
 * that cannot reach its queue has ended by then.
 */
const UNPROBED_READY_SECONDS = 10;

/**
 * The Deployment of a process: a rolling update keeps the wanted number of ready pods.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
export function deploymentObject(spec: AppSpec, process: ProcessSpec): KubeObject {
  const selector = selectorLabels(spec.name, process.component);
  const { after } = process;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: partMetadata(spec, process, after.length > 0 ? { [ANNOTATIONS.after]: after.join(',') } : {}),
    spec: {
      replicas: process.replicas,
      ...(process.port === undefined && process.probes?.readiness === undefined
        ? { minReadySeconds: UNPROBED_READY_SECONDS }
        : {}),
      revisionHistoryLimit: 10,
      selector: { matchLabels: selector },
      // 25 % is one pod for up to four replicas.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      template: podTemplate(spec, process, graceFields(process), overHosts(selector)),
    },
  };
}

function graceFields(process: ProcessSpec): Record<string, unknown> {
  const drained = process.port === undefined ? 0 : drainSeconds(process);
  return { terminationGracePeriodSeconds: drained + Math.ceil(process.graceMs / 1000) };
}

function overHosts(selector: Record<string, string>): Record<string, unknown> {
  return {
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
