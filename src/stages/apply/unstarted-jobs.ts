import { messageOf } from '../../errors.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { KubeObject } from '../../ports.ts';
import { hasEnded } from '../../readiness/job.ts';
import { type PodView, podView, sidecarsOf, statusesOf } from '../../readiness/pod-view.ts';
import { podsOf } from './earlier-jobs.ts';
import type { RollOutPorts } from './request.ts';

/**
 * Deletes the Jobs that have not started a container. A Job that waits for a Secret or an image would start as soon as that
 * exists, long after its rollout has failed. A running Job is not interrupted. Never rejects.
 * @returns a sentence for each Job that was deleted, or still runs
 */
export async function removeUnstarted(jobs: readonly KubeObject[], ports: RollOutPorts): Promise<string[]> {
  const sentences = await Promise.all(jobs.map((job) => removeIf(job, isUnstarted, ports)));
  return sentences.flat();
}

/** Deletes the Jobs that have not finished, including running ones. Never rejects. */
export async function removeUnfinished(jobs: readonly KubeObject[], ports: RollOutPorts): Promise<string[]> {
  const sentences = await Promise.all(jobs.map((job) => removeIf(job, () => true, ports)));
  return sentences.flat();
}

async function removeIf(
  job: KubeObject,
  isRemoved: (pods: readonly PodView[]) => boolean,
  { cluster }: RollOutPorts,
): Promise<string[]> {
  const name = shortName(refOf(job));
  try {
    const live = await cluster.get(refOf(job));
    if (!live || hasEnded(live)) return [];
    const pods = (await podsOf(live, cluster)).map(podView);
    if (pods.some(({ status }) => status?.phase === 'Succeeded')) return [];
    if (!isRemoved(pods)) return isRunning(pods) ? [`${name} still runs: it is not interrupted`] : [];
    const { uid } = live.metadata;
    await cluster.delete(refOf(live), { propagation: 'Background', ...(uid ? { uid } : {}) });
    return [`${name} had not ended and was deleted, so it does not run later`];
  } catch (error) {
    const { namespace, name: job_ } = job.metadata;
    return [
      `${name} may still run later: it could not be deleted: ${messageOf(error)}`,
      `  what to do: Delete it by hand: kubectl -n ${namespace} delete job ${job_}`,
    ];
  }
}

/** Leaves out native sidecars: they run before the containers that need them. */
function statesOf(pod: PodView) {
  const sidecars = sidecarsOf(pod);
  return statusesOf(pod).flatMap(({ name, state }) => (sidecars.includes(name) ? [] : [state]));
}

function isUnstarted(pods: readonly PodView[]): boolean {
  return pods.flatMap(statesOf).every((state) => state?.running === undefined && state?.terminated === undefined);
}

function isRunning(pods: readonly PodView[]): boolean {
  return pods.flatMap(statesOf).some((state) => state?.running !== undefined);
}
