import type { KubeObject } from '../../ports.ts';
import { fitName, shortHash } from '../names.ts';

interface CronJobView {
  spec?: {
    jobTemplate?: { metadata?: { labels?: object; annotations?: object }; spec?: { activeDeadlineSeconds?: number } };
  };
}

/**
 * One run of a CronJob now, whatever its schedule says, as `kubectl create job --from` makes it. The CronJob owns it, and deletes it
 * with its history.
 * @param at milliseconds since the epoch: a name of its own for each run
 */
export function cronRun(cronJob: KubeObject, at: number): KubeObject {
  const { name, namespace, uid = '' } = cronJob.metadata;
  const { metadata = {}, spec = {} } = (cronJob as unknown as CronJobView).spec?.jobTemplate ?? {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: fitName(`${name}-run-${shortHash(`${uid} ${at}`)}`),
      namespace,
      labels: { ...metadata.labels },
      annotations: { ...metadata.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name, uid, controller: true }],
    },
    spec,
  };
}

/** Seconds after which the controller ends a run of the CronJob; undefined: it has no limit. */
export function runLimit(cronJob: KubeObject): number | undefined {
  return (cronJob as unknown as CronJobView).spec?.jobTemplate?.spec?.activeDeadlineSeconds;
}
