import { messageOf } from '../../errors.ts';
import type { Cluster, KubeObject, ObjectRef } from '../../ports.ts';
import { judge } from '../../readiness/judge.ts';
import { ALONE } from '../../readiness/verdict.ts';

const JOB = { apiVersion: 'batch/v1', kind: 'Job' };

/**
 * The warning of a CronJob with its runs, which nothing waits for; for any other object the given one. Never rejects: a deployer
 * need not be permitted to read Jobs.
 */
export type LastRunWarning = (ref: ObjectRef, warning: string | undefined) => Promise<string | undefined>;

/** For the objects of one rollout: several CronJobs of a namespace share one list of its Jobs. */
export function lastRunWarnings(cluster: Pick<Cluster, 'get' | 'list'>): LastRunWarning {
  const lists = new Map<string, Promise<KubeObject[]>>();
  const jobsIn = (namespace: string) => {
    const jobs = lists.get(namespace) ?? cluster.list(JOB, { namespace });
    lists.set(namespace, jobs);
    return jobs;
  };
  return async (ref, warning) => {
    if (ref.kind !== 'CronJob' || ref.namespace === undefined) return warning;
    try {
      const [live, jobs] = await Promise.all([cluster.get(ref), jobsIn(ref.namespace)]);
      if (live === undefined) return warning;
      const ownedBy = (uid: string | undefined) =>
        jobs.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller));
      const verdict = judge(live, { ...ALONE, ownedBy });
      return verdict.state === 'ready' ? verdict.warning : warning;
    } catch (error) {
      return [warning, `whether its last run failed could not be read: ${messageOf(error)}`].filter(Boolean).join('; ');
    }
  };
}
