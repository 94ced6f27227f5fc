import { createHash } from 'node:crypto';
import { EnvironmentError } from '../../errors.ts';
import type { RegistryImage } from '../../ports.ts';
import { parseJson } from './read-body.ts';

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** A manifest as the registry served it. */
export interface ServedManifest {
  body: Buffer;
  /** Content-Type of the answer. */
  mediaType: string;
  /** Docker-Content-Digest of the answer. */
  digest: string | undefined;
}

/**
 * The image behind a manifest. Computes the digest, and compares it with the registry's header and with the requested digest.
 * @param wanted the requested digest, if the request named one
 * @throws EnvironmentError when they differ: something on the way changed the answer
 */
export function readManifest(repository: string, served: ServedManifest, wanted?: string): RegistryImage {
  const digest = `sha256:${createHash('sha256').update(served.body).digest('hex')}`;
  for (const claimed of [served.digest, wanted]) {
    if (claimed === undefined || claimed === digest) continue;
    throw new EnvironmentError(`${repository}: the manifest served as ${claimed} has the digest ${digest}`, {
      remedy:
        'Something between this machine and the registry changes its answers (a proxy, a cache); do not deploy from it.',
    });
  }
  const manifest = parseJson<{ mediaType?: string; config?: { digest?: string } }>(
    served.body,
    `the manifest ${repository}@${digest}`,
  );
  return {
    repository,
    digest,
    mediaType: manifest.mediaType ?? served.mediaType.split(';', 1)[0] ?? '',
    configDigest: manifest.config?.digest,
  };
}
