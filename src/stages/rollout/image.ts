import { messageOf, UserError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';
import type { Images } from '../../objects/images.ts';
import type { Log, Registry } from '../../ports.ts';
import { inPool } from '../pool.ts';

/** All images by digest, seen in the registry. @throws UserError when the registry does not have one of them */
export async function resolveReleaseImages(
  images: Images,
  ports: { registry: Pick<Registry, 'resolve'>; log: Log },
): Promise<Images> {
  const resolved = await inPool(Object.entries(images), async ([name, image]) => {
    return [name, await resolveReleaseImage(image, ports)] as const;
  });
  return Object.fromEntries(resolved);
}

/**
 * The image by digest, seen in the registry. A registry that this runner may not ask is a warning when the digest is known:
 * it is the nodes that have to pull it.
 * @throws UserError when the registry has no such image
 */
async function resolveReleaseImage(
  image: string,
  { registry, log }: { registry: Pick<Registry, 'resolve'>; log: Log },
): Promise<string> {
  const { repository, digest } = parseReference(image);
  let found: Awaited<ReturnType<Registry['resolve']>>;
  try {
    found = await registry.resolve(image);
  } catch (error) {
    if (digest === undefined) throw error;
    log.warning(`whether ${image} is in the registry could not be checked from here: ${messageOf(error)}`);
    return image;
  }
  if (found) return `${repository}@${found.digest}`;
  throw new UserError(`image ${image} was not found in the registry`, {
    remedy:
      digest === undefined
        ? 'Push it first (push-to-registry), or name another one by the input `image`: repository@sha256:….'
        : 'Push it first: the output `reference` of push-to-registry is what goes into the input `image`.',
  });
}
