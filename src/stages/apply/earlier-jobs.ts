import { EnvironmentError } from '../../errors.ts';
import { LABELS } from '../../objects/names.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { Cluster, KubeObject, Selection } from '../../ports.ts';
import { judge } from '../../readiness/judge.ts';
import { ALONE, type Verdict } from '../../readiness/verdict.ts';
import type { RollOutPorts, RollOutRequest } from './request.ts';

const JOB = { apiVersion: 'batch/v1', kind: 'Job' };
const POLL_MS = 500;

/**
 * Two migrations must not change one schema at the same time, so it waits for a migration that a killed or cancelled run
 * left behind. It does not wait for a Job that cannot start, for example because its image is missing.
 * @throws EnvironmentError when the earlier Job does not finish in time
 */
export async function earlierJobsEnded(
  job: KubeObject,
  { signal, onProgress }: RollOutRequest,
  ports: RollOutPorts,
  deadline: number,
): Promise<void> {
  const selection = otherMigrations(job);
  for (let told = false; selection; told = true) {
    const all = await ports.cluster.list(JOB, selection);
    // Finished Jobs stay for days, and there are many: their pods need no check.
    const open = all.filter((one) => one.metadata.name !== job.metadata.name && judge(one, ALONE).state === 'waiting');
    const states = await Promise.all(open.map((one) => earlierJobVerdict(one, ports)));
    const busy = open.find((_, index) => states[index]?.state === 'waiting');
    if (!busy) return;
    const { name, namespace } = busy.metadata;
    const shown = shortName(refOf(busy));
    if (ports.clock.now() >= deadline) {
      throw new EnvironmentError(`${shown}, the migration of another release, is still running`, {
        remedy: `Wait for it, or end it if that is safe: kubectl -n ${namespace} delete job ${name}`,
      });
    }
    if (!told) onProgress(`${shown}: the migration of another release is still running, and is waited for`);
    await ports.clock.sleep(POLL_MS, signal);
  }
}

/** A Job by its pods as well: its own status follows seconds later. */
export async function earlierJobVerdict(job: KubeObject, { cluster }: RollOutPorts): Promise<Verdict> {
  const own = await podsOf(job, cluster);
  return judge(job, { ...ALONE, ownedBy: (_uid, kind) => (kind === 'Pod' ? own : []) });
}

/** The pods of a live Job. */
export async function podsOf(job: KubeObject, cluster: Pick<Cluster, 'list'>): Promise<KubeObject[]> {
  const { name, namespace, uid } = job.metadata;
  const selection = { ...(namespace ? { namespace } : {}), labelSelector: `batch.kubernetes.io/job-name=${name}` };
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, selection);
  return pods.filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.uid === uid));
}

function otherMigrations({ metadata: { labels = {}, namespace } }: KubeObject): Selection | undefined {
  const { [LABELS.app]: app, [LABELS.component]: component } = labels;
  if (app === undefined || component !== 'migration') return undefined;
  const labelSelector = `${LABELS.app}=${app},${LABELS.component}=${component}`;
  return { labelSelector, ...(namespace ? { namespace } : {}) };
}
