import { SlipwayError, Unreachable } from '../../errors.ts';
import { configDigest, configRefsOfAll } from '../../objects/config-hash.ts';
import { type ConfigRef, configName } from '../../objects/config-refs.ts';
import { type Release, releaseId } from '../../objects/release.ts';
import { later, managersOf } from '../../plan/drift/managers.ts';
import type { ObjectDrift } from '../../plan/drift/report.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { inPool } from '../pool.ts';

/**
 * ConfigMaps and Secrets that the pods read and that are part of no release. The record has a hash of their content. After a
 * change, the running pods have the old content, and the next rollout brings the new one.
 */
export async function changedBeside(
  good: Release,
  namespace: string,
  { cluster, note }: { cluster: Cluster; note(sentence: string): void },
): Promise<ObjectDrift[]> {
  const { config } = good;
  if (!config) return [];
  const refs = configRefsOfAll(good.objects).filter((ref) => config.live[configName(ref)] !== undefined);
  const looked = await inPool(refs, async (ref) => {
    const live = await read(ref, namespace, cluster);
    if (live === 'unreadable') {
      note(`${configName(ref)}: not compared, because it may not be read`);
      return [];
    }
    const same = configDigest(ref, live, config.salt) === config.live[configName(ref)];
    return same ? [] : [besideDrift(ref, namespace, live, good)];
  });
  return looked.flat();
}

async function read(
  ref: ConfigRef,
  namespace: string,
  cluster: Cluster,
): Promise<KubeObject | undefined | 'unreadable'> {
  try {
    return await cluster.get({ apiVersion: 'v1', kind: ref.kind, name: ref.name, namespace });
  } catch (error) {
    if (error instanceof SlipwayError && !(error instanceof Unreachable)) return 'unreadable';
    throw error;
  }
}

function besideDrift(ref: ConfigRef, namespace: string, live: KubeObject | undefined, good: Release): ObjectDrift {
  const [newest] = live ? managersOf(live).sort(later) : [];
  const since = `since ${releaseId(good)}`;
  return {
    apiVersion: 'v1',
    kind: ref.kind,
    namespace,
    name: ref.name,
    state: 'changed-beside',
    note: live
      ? `The pods read it, and it has changed ${since}. Running pods may have the old content; the next rollout brings the new one.`
      : `The pods read it, and it was deleted ${since}. New pods cannot start, unless it is optional.`,
    fields: live
      ? [
          {
            field: 'data',
            change: 'changed',
            recorded: null,
            live: null,
            by: newest?.name ?? null,
            at: newest?.at ?? null,
          },
        ]
      : [],
  };
}
