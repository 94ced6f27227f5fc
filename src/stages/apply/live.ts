import { refOf } from '../../objects/ref.ts';
import type { Cluster, Kind, KubeObject } from '../../ports.ts';

/** From this many objects of a kind on, its list is less work than to ask for each of them. */
const MANY = 20;

/**
 * The live objects, `undefined` for those that do not exist. Reads them one by one, or, where there are many of one kind,
 * from one list of the namespace that is read on the first use.
 */
export function liveObjects(
  objects: readonly KubeObject[],
  cluster: Pick<Cluster, 'get' | 'list'>,
): (object: KubeObject) => Promise<KubeObject | undefined> {
  const sizes = new Map<string, number>();
  for (const object of objects) sizes.set(groupOf(object), (sizes.get(groupOf(object)) ?? 0) + 1);
  const lists = new Map<string, Promise<Map<string, KubeObject>>>();
  return async (object) => {
    const group = groupOf(object);
    if ((sizes.get(group) ?? 0) < MANY) return cluster.get(refOf(object));
    const list = lists.get(group) ?? byName(object, object.metadata.namespace, cluster);
    lists.set(group, list);
    return (await list).get(object.metadata.name);
  };
}

function groupOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion}/${kind}/${metadata.namespace ?? ''}`;
}

async function byName(
  { apiVersion, kind }: Kind,
  namespace: string | undefined,
  cluster: Pick<Cluster, 'list'>,
): Promise<Map<string, KubeObject>> {
  const present = await cluster.list({ apiVersion, kind }, namespace ? { namespace } : {});
  return new Map(present.map((object) => [object.metadata.name, object]));
}
