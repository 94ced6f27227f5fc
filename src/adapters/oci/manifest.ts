import { createHash } from 'node:crypto';
import * as z from 'zod';
import { EnvironmentError } from '../../errors.ts';
import type { RegistryImage, StoredManifest } from '../../ports.ts';
import { notUnderstood, parseJson } from './read-body.ts';

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

const texts = z.record(z.string(), z.string());
const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^[a-z0-9]+:[0-9a-zA-Z]+$/),
  size: z.int().min(0),
  artifactType: z.string().optional(),
  annotations: texts.optional(),
  platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
});
/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md and image-index.md */
const schema = z.object({
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).nullish(),
  manifests: z.array(descriptor).nullish(),
  subject: descriptor.nullish(),
  annotations: texts.nullish(),
});

/**
 * The image behind a manifest. Computes the digest, and compares it with the registry's header and with the requested digest.
 * @param wanted the requested digest, if the request named one
 * @throws EnvironmentError when they differ: something on the way changed the answer
 */
export function readManifest(repository: string, served: ServedManifest, wanted?: string): RegistryImage {
  const digest = digestOfServed(repository, served, wanted);
  const manifest = parseJson<{ mediaType?: string; config?: { digest?: string }; layers?: unknown }>(
    served.body,
    `the manifest ${repository}@${digest}`,
  );
  const layers = z.array(descriptor).safeParse(manifest.layers);
  return {
    repository,
    digest,
    mediaType: manifest.mediaType ?? typeOf(served),
    configDigest: manifest.config?.digest,
    ...(layers.success ? { layers: layers.data.map(({ digest, size }) => ({ digest, size })) } : {}),
  };
}

/**
 * A manifest with all that it points at. Computes and compares the digest as `readManifest` does.
 * @throws EnvironmentError also for one that breaks the rules of OCI
 */
export function readStored(repository: string, served: ServedManifest, wanted?: string): StoredManifest {
  const digest = digestOfServed(repository, served, wanted);
  const what = `the manifest ${repository}@${digest}`;
  const { data, error } = schema.safeParse(parseJson(served.body, what));
  if (error) {
    const [issue] = error.issues;
    throw notUnderstood(what, `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { config, layers, manifests, subject, annotations } = data;
  return {
    digest,
    mediaType: data.mediaType ?? typeOf(served),
    size: served.body.length,
    artifactType: data.artifactType ?? config?.mediaType,
    config,
    layers: layers ?? [],
    manifests: manifests ?? [],
    subject: subject?.digest,
    annotations: annotations ?? {},
  };
}

function typeOf({ mediaType }: ServedManifest): string {
  return mediaType.split(';', 1)[0] ?? '';
}

export function sha256Of(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function digestOfServed(repository: string, served: ServedManifest, wanted: string | undefined): string {
  const digest = sha256Of(served.body);
  for (const claimed of [served.digest, wanted]) {
    if (claimed === undefined || claimed === digest) continue;
    throw new EnvironmentError(`${repository}: the manifest served as ${claimed} has the digest ${digest}`, {
      remedy:
        'Something between this machine and the registry changes its answers (a proxy, a cache); do not deploy from it.',
    });
  }
  return digest;
}
