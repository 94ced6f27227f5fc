import { isDeepStrictEqual } from 'node:util';
import { isJob } from '../../objects/once-job.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { type Release, releaseId } from '../../objects/release.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';
import { inPool } from '../pool.ts';

/**
 * The objects without the Jobs that have completed with the last good release and were deleted since by their
 * `ttlSecondsAfterFinished`: written again, such a Job would run again.
 */
export async function withoutEndedJobs(
  objects: readonly KubeObject[],
  good: Release | undefined,
  { cluster, log }: { cluster: Pick<Cluster, 'get'>; log: Pick<Log, 'info'> },
): Promise<KubeObject[]> {
  if (good === undefined) return [...objects];
  const kept = await inPool(objects, async (object) => {
    if (!isJob(object) || ttlOf(object) === undefined || !isIn(good, object)) return [object];
    if (await cluster.get(refOf(object))) return [object];
    log.info(`${shortName(refOf(object))} has completed with ${releaseId(good)} and is not run again`);
    return [];
  });
  return kept.flat();
}

function ttlOf({ spec }: KubeObject): number | undefined {
  return (spec as { ttlSecondsAfterFinished?: number } | undefined)?.ttlSecondsAfterFinished;
}

function isIn({ objects }: Release, job: KubeObject): boolean {
  return objects.some((object) => isDeepStrictEqual(object, job));
}
