import type { ImageReference } from '../../objects/image-reference.ts';
import type { Descriptor, RegistryPlatform } from '../../ports.ts';
import type { RegistryClients } from './clients.ts';
import { readStored } from './manifest.ts';

const AT_ONCE = 8;
const MOST_PLATFORMS = 50;
/** Layers that stay in another registry. @see https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#non-distributable-layers */
const ELSEWHERE = /\.(foreign|nondistributable)\./;

/**
 * What a manifest or an index names and the registry does not have: manifests of platforms, configurations and layers. Reads every
 * manifest, which compares its bytes with its digest, and asks for every blob.
 * @throws EnvironmentError for a manifest with other bytes
 */
export async function missingParts(
  clients: RegistryClients,
  repository: ImageReference,
  digest: string,
): Promise<string[]> {
  const missing: string[] = [];
  const blobs = new Map<string, string>();
  const seen = new Set<string>();
  const visit = async (one: string, what: string): Promise<void> => {
    if (seen.has(one)) return;
    seen.add(one);
    const served = await clients.manifest(repository, one);
    if (!served) {
      missing.push(`${what} ${one}`);
      return;
    }
    const { config, layers, manifests } = readStored(repository.repository, served, one);
    for (const child of manifests) await visit(child.digest, `the manifest of ${platformOf(child)}`);
    if (config) blobs.set(config.digest, 'the configuration');
    for (const layer of layers) if (!ELSEWHERE.test(layer.mediaType)) blobs.set(layer.digest, 'the layer');
  };
  await visit(digest, 'the manifest');
  const queue = blobs.entries();
  const worker = async () => {
    for (const [blob, what] of queue) {
      const { ok } = await clients.of(repository).request({ method: 'HEAD', path: `blobs/${blob}` });
      if (!ok) missing.push(`${what} ${blob}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return missing.sort();
}

/** The manifests of the platforms of an image, without those that say something about others. */
export async function platformsOf(
  clients: RegistryClients,
  repository: ImageReference,
  digest: string,
  platform = '',
): Promise<RegistryPlatform[]> {
  const served = await clients.manifest(repository, digest);
  const stored = served && readStored(repository.repository, served, digest);
  if (stored === undefined) return [];
  const { config, layers } = stored;
  if (config !== undefined) return [{ platform, digest, configDigest: config.digest, layers }];
  const children = stored.manifests.filter(({ platform }) => platform?.os !== 'unknown').slice(0, MOST_PLATFORMS);
  const found = await Promise.all(
    children.map((child) => platformsOf(clients, repository, child.digest, platformOf(child))),
  );
  return found.flat();
}

function platformOf({ platform }: Descriptor): string {
  if (platform === undefined) return 'a platform';
  return [platform.os, platform.architecture, platform.variant].filter((part) => part !== undefined).join('/');
}
