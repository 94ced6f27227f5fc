import { UserError } from '../errors.ts';
import type { KubeObject, Rendered } from '../ports.ts';

/** Cluster-wide, but part of an app: custom resources of the same run need it. */
const ALLOWED_CLUSTER_WIDE = new Set(['CustomResourceDefinition']);

/**
 * The objects in the namespace of the environment. One that names another namespace, or belongs to the whole cluster, is
 * refused: a pipeline of one app may not change what others share. Its own Namespace object is left out.
 * @param namespaced whether a kind is namespaced; undefined when the cluster does not know it
 */
export function inOwnNamespace(
  rendered: readonly Rendered[],
  namespace: string,
  namespaced: (object: KubeObject) => boolean | undefined,
): KubeObject[] {
  const problems: string[] = [];
  const objects: KubeObject[] = [];
  for (const { object, location } of rendered) {
    const { kind, metadata } = object;
    if (kind === 'Namespace' && metadata.name === namespace) continue;
    if (namespaced(object) === false) {
      if (ALLOWED_CLUSTER_WIDE.has(kind)) objects.push(object);
      else problems.push(`${location}: ${kind} ${metadata.name} belongs to the whole cluster`);
    } else if ((metadata.namespace ?? namespace) !== namespace) {
      problems.push(`${location}: ${kind} ${metadata.name} is for namespace ${metadata.namespace}, not ${namespace}`);
    } else {
      objects.push({ ...object, metadata: { ...metadata, namespace } });
    }
  }
  const [first, ...more] = problems;
  if (first === undefined) return objects;
  throw new UserError(first, {
    details: more,
    remedy: `Leave metadata.namespace out (Slipway puts ${namespace} in), and let the operator apply what belongs to the whole cluster.`,
  });
}
