import type { KubeObject } from '../../ports.ts';
import { objectLabels, partMetadata } from '../labels.ts';
import type { AppSpec, CronSpec } from './app-spec.ts';
import { podTemplate } from './pod.ts';

const POLICIES = { forbid: 'Forbid', replace: 'Replace', allow: 'Allow' } as const;

/**
 * The CronJob of a cron. `suspend` is only there where slipway.yml has it, so that a rollout does not resume a CronJob that an
 * operator has suspended.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
export function cronJobObject(spec: AppSpec, cron: CronSpec): KubeObject {
  const { schedule, timeZone, suspend, concurrency, history, retries, deadlineMs } = cron;
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: partMetadata(spec, cron),
    spec: {
      schedule,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(suspend === undefined ? {} : { suspend }),
      concurrencyPolicy: POLICIES[concurrency],
      successfulJobsHistoryLimit: history,
      failedJobsHistoryLimit: history,
      jobTemplate: {
        metadata: { labels: objectLabels(spec, cron.component) },
        spec: {
          backoffLimit: retries,
          ...(deadlineMs === undefined ? {} : { activeDeadlineSeconds: Math.ceil(deadlineMs / 1000) }),
          template: podTemplate(spec, cron, { restartPolicy: 'Never' }),
        },
      },
    },
  };
}
