import { FIELD_MANAGER } from '../../objects/names.ts';
import { refOf } from '../../objects/ref.ts';
import type { ClusterReads, KubeObject, Log } from '../../ports.ts';
import { inPool } from '../pool.ts';

const RESOURCE = { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' };

/**
 * The objects without the definitions that Slipway does not change, as Helm does not: definitions that another program
 * manages, and existing definitions that this account may not read or change.
 */
export async function dueDefinitions(
  objects: readonly KubeObject[],
  { cluster, log }: { cluster: ClusterReads; log: Log },
): Promise<KubeObject[]> {
  if (!objects.some(isDefinition)) return [...objects];
  const [mayGet = false, mayPatch = false] = await cluster.allowed([
    { verb: 'get', ...RESOURCE },
    { verb: 'patch', ...RESOURCE },
  ]);
  const due = await inPool(objects, async (object) => {
    const reason = isDefinition(object) ? await leftBecause(object, { mayGet, mayPatch }, cluster) : undefined;
    if (reason) log.info(`${object.kind} ${object.metadata.name} stays as it is: ${reason}`);
    return reason === undefined;
  });
  return objects.filter((_, index) => due[index]);
}

async function leftBecause(
  object: KubeObject,
  { mayGet, mayPatch }: { mayGet: boolean; mayPatch: boolean },
  cluster: ClusterReads,
): Promise<string | undefined> {
  if (!mayGet) return (await isServed(object, cluster)) ? 'this account may not read it' : undefined;
  const live = await cluster.get(refOf(object));
  if (!live) return undefined;
  const managers = managersOf(live);
  if (!managers.includes(FIELD_MANAGER)) return `${managers.join(', ') || 'another program'} manages it`;
  return mayPatch ? undefined : 'this account may not change it';
}

/** Discovery is open to every account. */
async function isServed({ spec }: KubeObject, cluster: ClusterReads): Promise<boolean> {
  const {
    group,
    names,
    versions = [],
  } = (spec ?? {}) as {
    group?: string;
    names?: { kind?: string };
    versions?: { name?: string }[];
  };
  const kinds = versions.map(({ name }) => ({ apiVersion: `${group}/${name}`, kind: names?.kind ?? '' }));
  const found = await Promise.all(kinds.map((kind) => cluster.resource(kind)));
  return found.some((resource) => resource !== undefined);
}

/** Who manages its spec: the API server itself writes status only. */
function managersOf({ metadata }: KubeObject): string[] {
  const entries = (metadata.managedFields ?? []) as { manager?: string; subresource?: string }[];
  return [...new Set(entries.flatMap(({ manager, subresource }) => (manager && !subresource ? [manager] : [])))];
}

function isDefinition({ kind }: KubeObject): boolean {
  return kind === 'CustomResourceDefinition';
}
