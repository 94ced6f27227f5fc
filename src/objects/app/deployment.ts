import type { KubeObject } from '../../ports.ts';
import { drainSeconds } from '../drain.ts';
import { partMetadata, selectorLabels } from '../labels.ts';
import { ANNOTATIONS } from '../names.ts';
import type { AppSpec, ProcessSpec } from './app-spec.ts';
import { podTemplate } from './pod.ts';

/** Seconds that a pod must run after its startup probe has succeeded, where no other probe follows. */
const STARTED_READY_SECONDS = 10;
/** Seconds that Kubernetes gives a Deployment without progress, and that one keeps beside a long start. */
const PROGRESS_SECONDS = 600;
const SPARE_SECONDS = 300;

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
      ...minReady(process),
      ...progressDeadline(process),
      revisionHistoryLimit: 10,
      selector: { matchLabels: selector },
      // 25 % is one pod for up to four replicas.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      template: podTemplate(spec, process, graceFields(process), overHosts(selector)),
    },
  };
}

/** How long a pod without a readiness probe must run until it counts as available: nothing else says whether a worker works. */
function minReady({ port, probes = {}, startupMs }: ProcessSpec): { minReadySeconds?: number } {
  if (port !== undefined || probes.readiness !== undefined) return {};
  return { minReadySeconds: probes.startup === undefined ? Math.ceil(startupMs / 1_000) : STARTED_READY_SECONDS };
}

/** Without it, a Deployment reports a pod that may still be starting as one without progress; the API server refuses a shorter one. */
function progressDeadline({ startupMs }: ProcessSpec): { progressDeadlineSeconds?: number } {
  const seconds = Math.ceil(startupMs / 1_000) + SPARE_SECONDS;
  return seconds > PROGRESS_SECONDS ? { progressDeadlineSeconds: seconds } : {};
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
