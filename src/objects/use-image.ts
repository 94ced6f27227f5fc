import { UserError } from '../errors.ts';
import type { KubeObject, Rendered } from '../ports.ts';
import { containersOf, podTemplateOf, repositoryOf, sameRepository } from './pod-template.ts';

/**
 * The same objects with the image, by digest, in every container whose image is of its repository, whatever the tag.
 * @throws UserError if no container uses it: the rollout would succeed and change nothing
 */
export function useImage(rendered: readonly Rendered[], image: string): Rendered[] {
  const copies = rendered.map(({ object, location }) => ({ object: structuredClone(object), location }));
  const found = new Set<string>();
  let used = 0;
  for (const { object } of copies) {
    const template = podTemplateOf(object);
    for (const container of template ? containersOf(template) : []) {
      if (typeof container.image !== 'string' || container.image === '') continue;
      found.add(repositoryOf(container.image));
      if (!sameRepository(container.image, image)) continue;
      container.image = image;
      used += 1;
    }
  }
  if (used > 0) return copies;
  throw new UserError(`no container of the manifests uses ${repositoryOf(image)}`, {
    details: found.size > 0 ? [`they use: ${[...found].sort().join(', ')}`] : ['they have no containers'],
    remedy: 'Name image.repository of slipway.yml as the image of the app’s container; any tag is valid.',
  });
}

/** The first workload that runs the image: the migration runs in a copy of its pod. */
export function workloadWith(objects: readonly KubeObject[], image: string): KubeObject | undefined {
  return objects.find((object) => {
    const template = podTemplateOf(object);
    return template?.spec.containers.some((container) => container?.image === image);
  });
}
