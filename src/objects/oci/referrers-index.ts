import type { Descriptor, StoredManifest } from '../../ports.ts';

export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';

/**
 * The tag under which an index lists what refers to a manifest, in registries without the referrers API.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
export function referrersTag(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`;
}

/**
 * The manifest that a tag of the scheme is about; undefined for any other tag. cosign appends the kind of its content.
 * @see https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#tag-based-discovery
 */
export function subjectOfTag(tag: string): string | undefined {
  const hex = /^sha256-([0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/.exec(tag)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/** The entries of an index of referrers with this one added, or put in place of the one with its digest. */
export function withReferrer(entries: readonly Descriptor[], referrer: Descriptor): Descriptor[] {
  return [...entries.filter(({ digest }) => digest !== referrer.digest), referrer];
}

/** The entry of an artifact: with its type and all its annotations, as the rules of the tag scheme demand. */
export function referrerEntry(artifact: StoredManifest): Descriptor {
  const { mediaType, digest, size, artifactType, annotations } = artifact;
  return { mediaType, digest, size, artifactType, annotations };
}

/** The bytes of an index of referrers. */
export function referrersIndex(entries: readonly Descriptor[]): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: entries }));
}
