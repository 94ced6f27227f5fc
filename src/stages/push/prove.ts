import { EnvironmentError, UserError } from '../../errors.ts';
import type { LocalImage, Registry, RegistryImage } from '../../ports.ts';

/** Missing parts of an image that an error lists. */
const MOST_PARTS = 20;

/**
 * Whether the registry serves this image of the engine. An image id is the digest of the image's configuration; with the
 * containerd image store it is the digest of its manifest or index.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#imageid
 */
export function isSameImage(image: LocalImage, served: RegistryImage): boolean {
  return served.configDigest === image.id || served.digest === image.id;
}

/** @throws EnvironmentError when the registry serves another image than the pushed one */
export function proveSame(image: LocalImage, served: RegistryImage): void {
  if (isSameImage(image, served)) return;
  throw new EnvironmentError(`${served.repository}@${served.digest} is not the image that was tested`, {
    details: [
      `tested: image id ${image.id}`,
      `in the registry: configuration ${served.configDigest ?? 'none (an index)'}`,
      'An engine with the containerd image store pushes the manifest of one platform in place of an index whose other platforms it does not hold.',
    ],
    remedy:
      'Build it again (`force: true`). If it persists, something changes the image on its way (a proxy, a registry that converts images): do not deploy it.',
  });
}

/**
 * A digest proves what an index or a manifest names, and not that the registry has all of it.
 * @throws EnvironmentError when a platform, a configuration or a layer is missing
 */
export async function proveWhole(
  { repository, digest }: RegistryImage,
  registry: Pick<Registry, 'missingParts'>,
): Promise<void> {
  const missing = await registry.missingParts(repository, digest);
  if (missing.length === 0) return;
  throw new EnvironmentError(`${repository}@${digest} is in the registry only in part`, {
    details: missing.slice(0, MOST_PARTS),
    remedy: 'Push it again; if it persists, the registry loses what it confirmed: ask its operators. Do not deploy it.',
  });
}

/** The error of a fixed tag that already names another image. */
export function occupied(tag: string, image: LocalImage, served: RegistryImage): UserError {
  return new UserError(`${served.repository}:${tag} exists already and is another image`, {
    details: [
      `in the registry: ${served.digest}, configuration ${served.configDigest ?? 'none (an index)'}`,
      `to push: image id ${image.id}`,
    ],
    remedy: 'A version is released once: deploy the existing image, or give this one a new version.',
  });
}
