import type { Cluster, Kind } from '../ports.ts';

/** Whether a verb is allowed in the namespace, asked once for each kind. A kind that is not served is not allowed. */
export async function permitted(
  verb: string,
  kinds: readonly Kind[],
  namespace: string,
  cluster: Cluster,
): Promise<(kind: Kind) => boolean> {
  const unique = [...new Map(kinds.map((kind) => [keyOf(kind), kind])).values()];
  const allowed = new Set<string>();
  await Promise.all(
    unique.map(async (kind) => {
      const resource = await cluster.resource(kind);
      if (!resource) return;
      const where = resource.namespaced ? { namespace } : {};
      const [answer] = await cluster.allowed([{ verb, group: resource.group, resource: resource.resource, ...where }]);
      if (answer) allowed.add(keyOf(kind));
    }),
  );
  return (kind) => allowed.has(keyOf(kind));
}

function keyOf({ apiVersion, kind }: Kind): string {
  return `${apiVersion}/${kind}`;
}
