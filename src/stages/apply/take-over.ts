import { EnvironmentError, FieldsImmutable, FieldsManaged } from '../../errors.ts';
import { wouldNeedDeletion } from '../../objects/immutable.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { deployersOf, handedOver, withoutLeftovers } from '../../objects/take-over.ts';
import type { Cluster, KubeObject, PatchOperation } from '../../ports.ts';

/** Somebody writes the object at the same moment: that is over by the next try. */
const TRIES = 5;

/**
 * The object after Slipway has taken over the fields of other deployers: without their leftovers, and validated by the
 * server. Stores nothing.
 * @throws FieldsManaged for a field that a controller manages with another value
 */
export async function tryTakeOver(
  object: KubeObject,
  live: KubeObject,
  fieldManager: string,
  cluster: Cluster,
): Promise<KubeObject> {
  const from = deployersOf(live, fieldManager);
  try {
    await cluster.apply(object, { fieldManager, dryRun: true });
  } catch (error) {
    if (error instanceof FieldsImmutable) throw wouldNeedDeletion(error, object, live);
    if (!(error instanceof FieldsManaged) || !error.managers.every((manager) => from.includes(manager))) throw error;
  }
  const wanted = withoutLeftovers(await cluster.preview(object, fieldManager), from);
  return (await cluster.jsonPatch(live, differences(live, wanted), { fieldManager, dryRun: true })) ?? wanted;
}

/**
 * Makes Slipway the manager of the fields that other deployers manage. Values change only with the next apply.
 * @throws EnvironmentError when the object changes during every attempt
 */
export async function takeOver(object: KubeObject, fieldManager: string, cluster: Cluster): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const live = await cluster.get(refOf(object));
    const from = live ? deployersOf(live, fieldManager) : [];
    if (!live || from.length === 0) return;
    const value = handedOver(live, from, fieldManager);
    if (await cluster.jsonPatch(live, [{ op: 'replace', path: '/metadata/managedFields', value }], { fieldManager }))
      return;
  }
  throw new EnvironmentError(`${shortName(refOf(object))}: somebody else keeps changing it`, {
    remedy: 'Run it again.',
  });
}

/** Compares the top-level fields, so that the account needs only `patch`. */
function differences(live: KubeObject, wanted: KubeObject): PatchOperation[] {
  const { metadata, apiVersion: _1, kind: _2, status: _3, ...before } = live;
  const { metadata: meta, apiVersion: _4, kind: _5, status: _6, ...after } = wanted;
  const { labels, annotations } = meta;
  return [...changes('/metadata/', pick(metadata), { labels, annotations }), ...changes('/', before, after)];
}

function pick({ labels, annotations }: KubeObject['metadata']): Record<string, unknown> {
  return { labels, annotations };
}

function changes(path: string, before: Record<string, unknown>, after: Record<string, unknown>): PatchOperation[] {
  return Object.keys({ ...before, ...after }).flatMap((key): PatchOperation[] => {
    if (after[key] !== undefined) return [{ op: 'add', path: `${path}${key}`, value: after[key] }];
    return before[key] === undefined ? [] : [{ op: 'remove', path: `${path}${key}` }];
  });
}
