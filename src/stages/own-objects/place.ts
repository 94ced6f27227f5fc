import type { Images } from '../../objects/images.ts';
import { inOwnNamespace, type PlacedObjects } from '../../objects/own-namespace.ts';
import { refuseUnreplacedPods } from '../../objects/unreplaced-pods.ts';
import { useImages } from '../../objects/use-image.ts';
import { withoutStringData } from '../../objects/without-string-data.ts';
import type { ClusterReads, KubeObject, Rendered } from '../../ports.ts';

/**
 * The objects with the images, by digest, in the containers of their repositories.
 * @param testing names of images that tests run in: the objects need not use them
 * @throws UserError if no container has one of them, or a workload would keep its pods
 */
export function withImages(rendered: readonly Rendered[], images: Images, testing: readonly string[]): Rendered[] {
  const used = useImages(rendered, images, testing);
  refuseUnreplacedPods(used, images);
  return used;
}

type Scopes = Pick<ClusterReads, 'namespaced' | 'assumedNamespaced'>;

/**
 * The objects in the namespace of their environment.
 * @throws UserError for objects of other namespaces or of the whole cluster
 */
export async function placed(
  rendered: readonly Rendered[],
  namespace: string,
  cluster: Scopes,
): Promise<PlacedObjects> {
  const scopes = await scopesOf(rendered, cluster);
  const all = inOwnNamespace(rendered, namespace, (object) => scopes.get(kindKey(object)));
  return { ...all, objects: all.objects.map(withoutStringData) };
}

/** Whether each kind is namespaced: the cluster knows, or the definition in the same run; undefined where neither does. */
async function scopesOf(rendered: readonly Rendered[], cluster: Scopes): Promise<Map<string, boolean | undefined>> {
  const objects = new Map(rendered.map(({ object }) => [kindKey(object), object]));
  const scopes = await Promise.all(
    [...objects].map(async ([key, object]): Promise<[string, boolean | undefined]> => {
      const scope = (await cluster.namespaced(object)) ?? definedScope(rendered, object);
      return [key, scope ?? cluster.assumedNamespaced?.(object)];
    }),
  );
  return new Map(scopes);
}

function definedScope(rendered: readonly Rendered[], wanted: KubeObject): boolean | undefined {
  for (const { object } of rendered) {
    const spec = object.spec as { group?: string; scope?: string; names?: { kind?: string } } | undefined;
    const same = spec?.group === wanted.apiVersion.split('/')[0] && spec?.names?.kind === wanted.kind;
    if (object.kind === 'CustomResourceDefinition' && same) return spec?.scope === 'Namespaced';
  }
  return undefined;
}

function kindKey({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion}/${kind}`;
}
