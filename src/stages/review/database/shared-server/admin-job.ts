import { TimedOut } from '../../../../errors.ts';
import { refOf } from '../../../../objects/ref.ts';
import type { KubeObject } from '../../../../ports.ts';
import { hasEnded } from '../../../../readiness/job.ts';
import { podView } from '../../../../readiness/pod-view.ts';
import { requestFor } from '../../../apply/request.ts';
import { rollOut } from '../../../apply/roll-out.ts';
import type { Site } from '../../../site.ts';

/** Milliseconds, for a server that starts and a copy of some gigabytes. */
const DEADLINE_MS = 15 * 60_000;
/** Milliseconds for the pods of a deleted Job: twice their grace period. */
export const END_MS = 60_000;
export const INTERVAL_MS = 500;

/**
 * Runs a Job beside a shared server to its end.
 * @returns the answer of its script (`answer` of sql/session.ts); empty when there is none
 * @throws the error of the rollout report, with the last lines of the Job's log
 */
export async function runAdminJob(job: KubeObject, site: Site): Promise<string> {
  const { cluster } = site;
  const { namespace = '', name } = job.metadata;
  const request = requestFor(site, { namespace, jobs: [job], deadlineMs: DEADLINE_MS });
  const report = await rollOut(request, site);
  if (report.error) throw report.error;
  const labelSelector = `batch.kubernetes.io/job-name=${name}`;
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector });
  const words = pods.map((pod) => podView(pod).status?.containerStatuses?.[0]?.state?.terminated?.message?.trim());
  // A failed Job is kept for a while, for people to look at.
  await cluster.delete(refOf(job), { propagation: 'Background' });
  return words.find((word) => word) ?? '';
}

/**
 * Deletes Jobs that outlived their run, and waits until their pods no longer exist.
 * @throws TimedOut when a pod is not removed
 */
export async function endJobs(jobs: readonly KubeObject[], { cluster, clock, log, signal }: Site): Promise<void> {
  for (const job of jobs) {
    const { namespace = '', name, uid } = job.metadata;
    if (!hasEnded(job)) log.info(`Job ${namespace}/${name} is still running but its run is gone: stopping it`);
    await cluster.delete(refOf(job), { propagation: 'Background', ...(uid ? { uid } : {}) });
    const deadline = clock.now() + END_MS;
    const labelSelector = `batch.kubernetes.io/job-name=${name}`;
    while ((await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector })).length > 0) {
      if (clock.now() >= deadline) throw stays(namespace, name, labelSelector);
      await clock.sleep(INTERVAL_MS, signal);
    }
  }
}

function stays(namespace: string, name: string, selector: string): TimedOut {
  return new TimedOut(`a pod of Job ${namespace}/${name} still exists ${END_MS / 1_000} s after the Job was deleted`, {
    remedy: `See what keeps it (kubectl --namespace ${namespace} describe pods -l ${selector}), then run this again.`,
  });
}
