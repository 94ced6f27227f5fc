import type { KubeObject } from '../ports.ts';
import { type Condition, condition, ready, type Surroundings, type Verdict } from './verdict.ts';

/**
 * A CronJob.
 *
 * Ready when it exists: its schedule decides when it runs, and a rollout neither runs nor resumes it. It is ready with a
 * warning when
 *   1. it is suspended;
 *   2. its last run that has ended has failed.
 */
export function cronJob(object: KubeObject, near: Surroundings): Verdict {
  const { spec } = object as unknown as { spec: { schedule?: string; timeZone?: string; suspend?: boolean } };
  const last = lastEnded(near.ownedBy(object.metadata.uid, 'Job'));
  const warnings = [...(spec.suspend ? ['it is suspended and does not run'] : []), ...(last ? failureOf(last) : [])];
  const reason = spec.suspend ? 'it is suspended' : `runs at ${spec.schedule}${zoneOf(spec.timeZone)}`;
  return ready(reason, warnings.length > 0 ? warnings.join('; ') : undefined);
}

function zoneOf(timeZone: string | undefined): string {
  return timeZone === undefined ? '' : ` (${timeZone})`;
}

interface JobView {
  status?: { startTime?: string; conditions?: Condition[] };
}

/** The run that began last, of those that have ended. */
function lastEnded(jobs: readonly KubeObject[]): KubeObject | undefined {
  const startOf = (job: KubeObject) => Date.parse((job as unknown as JobView).status?.startTime ?? '') || 0;
  const ended = jobs.filter((job) => endOf(job, 'Complete') ?? endOf(job, 'Failed'));
  return [...ended].sort((a, b) => startOf(b) - startOf(a))[0];
}

function endOf(job: KubeObject, type: 'Complete' | 'Failed'): Condition | undefined {
  const found = condition((job as unknown as JobView).status?.conditions, type);
  return found?.status === 'True' ? found : undefined;
}

function failureOf(job: KubeObject): string[] {
  const failure = endOf(job, 'Failed');
  if (failure === undefined) return [];
  const { name, namespace } = job.metadata;
  const { startTime } = (job as unknown as JobView).status ?? {};
  const why = failure.message ?? failure.reason ?? 'no reason given';
  return [
    `its last run${startTime ? ` (${startTime})` : ''} failed: ${why}; read its log: kubectl -n ${namespace} logs job/${name}`,
  ];
}
