import { messageOf } from '../../errors.ts';
import type { Cluster, ObjectRef } from '../../ports.ts';
import { judge } from '../../readiness/judge.ts';
import { ALONE } from '../../readiness/verdict.ts';

const JOB = { apiVersion: 'batch/v1', kind: 'Job' };

/**
 * The warning of a CronJob with its runs, which nothing waits for; for any other object the given one. Reads the Jobs once,
 * and never rejects: a deployer need not be permitted to read them.
 */
export async function lastRunWarning(
  ref: ObjectRef,
  warning: string | undefined,
  cluster: Pick<Cluster, 'get' | 'list'>,
): Promise<string | undefined> {
  if (ref.kind !== 'CronJob' || ref.namespace === undefined) return warning;
  try {
    const [live, jobs] = await Promise.all([cluster.get(ref), cluster.list(JOB, { namespace: ref.namespace })]);
    if (live === undefined) return warning;
    const ownedBy = (uid: string | undefined) =>
      jobs.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller));
    const verdict = judge(live, { ...ALONE, ownedBy });
    return verdict.state === 'ready' ? verdict.warning : warning;
  } catch (error) {
    return [warning, `whether its last run failed could not be read: ${messageOf(error)}`].filter(Boolean).join('; ');
  }
}
