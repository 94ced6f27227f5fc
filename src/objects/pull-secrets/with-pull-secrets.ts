import type { KubeObject } from '../../ports.ts';
import { type PodTemplate, podTemplateOf } from '../pod-template.ts';

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
