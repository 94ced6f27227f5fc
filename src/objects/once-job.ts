import type { KubeObject } from '../ports.ts';

export interface OnceJob {
  name: string;
  namespace: string | undefined;
  /** Name of the Job and of its pod. */
  labels: Readonly<Record<string, string>>;
  /** Seconds for which the Job stays after it ended. */
  keepSeconds: number;
  /** Seconds after which Kubernetes ends it, also if no run waits for it any more; undefined: no limit. */
  activeSeconds?: number;
  /** Spec of its pod, without restartPolicy. */
  pod: Record<string, unknown>;
}

/**
 * A Job of one pod that Kubernetes does not retry: a person must look at a database after a failure half-way.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
 */
export function onceJob({ name, namespace, labels, keepSeconds, activeSeconds, pod }: OnceJob): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels: { ...labels } },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      ...(activeSeconds === undefined ? {} : { activeDeadlineSeconds: activeSeconds }),
      ttlSecondsAfterFinished: keepSeconds,
      template: { metadata: { labels: { ...labels } }, spec: { ...pod, restartPolicy: 'Never' } },
    },
  };
}

export function isJob({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return kind === 'Job' && apiVersion.startsWith('batch/');
}
