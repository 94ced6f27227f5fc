import { UserError } from '../errors.ts';
import type { KubeObject, Rendered } from '../ports.ts';
import type { Images } from './images.ts';
import { containersOf, podTemplateOf, repositoryOf, sameRepository } from './pod-template.ts';

/**
 * The same objects with the images, by digest, in every container whose image is of the repository of one of them, whatever the
 * tag.
 * @param testing names of images that tests run in: the objects need not use them
 * @throws UserError for an image that no container uses: the rollout would succeed and change nothing of it
 */
export function useImages(rendered: readonly Rendered[], images: Images, testing: readonly string[] = []): Rendered[] {
  const copies = rendered.map(({ object, location }) => ({ object: structuredClone(object), location }));
  const found = new Set<string>();
  const used = new Set<string>();
  for (const { object } of copies) {
    const template = podTemplateOf(object);
    for (const container of template ? containersOf(template) : []) {
      if (typeof container.image !== 'string' || container.image === '') continue;
      found.add(repositoryOf(container.image));
      const image = Object.values(images).find((one) => sameRepository(container.image, one));
      if (image === undefined) continue;
      container.image = image;
      used.add(image);
    }
  }
  const unused = Object.entries(images).filter(([name, image]) => !used.has(image) && !testing.includes(name));
  if (unused.length === 0) return copies;
  throw unusedImages(unused, found, Object.keys(images).length > 1);
}

function unusedImages(unused: readonly [name: string, image: string][], found: ReadonlySet<string>, several: boolean) {
  const names = unused.map(([name, image]) =>
    several ? `image ${name} (${repositoryOf(image)})` : repositoryOf(image),
  );
  const keys = unused.map(([name]) => (several ? `images.${name}.repository` : 'image.repository'));
  const what = several ? 'take the image out of slipway.yml where the release does not need it' : '';
  return new UserError(`no container of the manifests uses ${names.join(' or ')}`, {
    details: found.size > 0 ? [`they use: ${[...found].sort().join(', ')}`] : ['they have no containers'],
    remedy: `Name ${keys.join(' and ')} of slipway.yml as the image of a container; any tag is valid.${what === '' ? '' : ` Or ${what}.`}`,
  });
}

/** The first workload that runs the image: the migration runs in a copy of its pod. */
export function workloadWith(objects: readonly KubeObject[], image: string): KubeObject | undefined {
  return objects.find((object) => {
    const template = podTemplateOf(object);
    return template?.spec.containers.some((container) => container?.image === image);
  });
}
