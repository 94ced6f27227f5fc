import { FIELD_MANAGER } from '../../../plan/names.ts';
import { refOf } from '../../../plan/objects/ref.ts';
import type { Cluster, KubeObject } from '../../../ports.ts';
import { podView } from '../../../readiness/pod-view.ts';
import type { RollOutRequest } from '../../rollout/request.ts';
import { rollOut } from '../../rollout/roll-out.ts';
import type { Waiting } from '../namespace.ts';

/** Milliseconds: a server that starts, and a copy of some gigabytes. */
const DEADLINE_MS = 15 * 60_000;

/**
 * Runs a Job beside a shared server to its end.
 * @returns the word that it left for us; empty when there is none
 * @throws what the report says, with the last lines of its log
 */
export async function runAdminJob(job: KubeObject, cluster: Cluster, waiting: Waiting): Promise<string> {
  const { namespace = '', name } = job.metadata;
  const request: RollOutRequest = {
    namespace,
    objects: [],
    jobs: [job],
    deadlineMs: DEADLINE_MS,
    fieldManager: FIELD_MANAGER,
    signal: waiting.signal,
    onProgress: (message) => waiting.log.info(message),
  };
  const report = await rollOut(request, { cluster, clock: waiting.clock, log: waiting.log });
  if (report.error) throw report.error;
  const labelSelector = `batch.kubernetes.io/job-name=${name}`;
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector });
  const words = pods.map((pod) => podView(pod).status?.containerStatuses?.[0]?.state?.terminated?.message?.trim());
  // Nothing of it is of use any more; one that failed stays for a while, to be looked at.
  await cluster.delete(refOf(job), { propagation: 'Background' });
  return words.find((word) => word) ?? '';
}
