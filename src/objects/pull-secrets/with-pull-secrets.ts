import type { KubeObject } from '../../ports.ts';
import type { Images } from '../images.ts';
import { containersOf, type PodTemplate, podTemplateOf } from '../pod-template.ts';

/**
 * The same objects, with these pull Secrets on pods that name none. A pod with pull Secrets of its own keeps them.
 * @param applies whether the pods of a template get them; default: all
 */
export function withPullSecrets<T extends KubeObject>(
  objects: readonly T[],
  names: readonly string[],
  applies: (template: PodTemplate) => boolean = () => true,
): T[] {
  if (names.length === 0) return [...objects];
  return objects.map((object) => {
    const template = podTemplateOf(object);
    const own = template?.spec.imagePullSecrets;
    if (!template || (Array.isArray(own) && own.length > 0) || !applies(template)) return object;
    const copy = structuredClone(object);
    const spec = podTemplateOf(copy)?.spec;
    if (spec) spec.imagePullSecrets = names.map((name) => ({ name }));
    return copy;
  });
}

/** Whether a container or an init container of the pods runs one of these images. */
export function runsImage(template: PodTemplate, images: Images): boolean {
  const ours = Object.values(images);
  return containersOf(template).some(({ image = '' }) => ours.includes(image));
}
