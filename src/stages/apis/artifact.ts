import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Artifact, StoredManifest } from '../../ports.ts';
import { type ApiRecord, apiFile, readApiFile } from '../../preflight/side-by-side/api-record.ts';

/** Type of an artifact that holds the descriptions of the APIs which the processes of an image serve. */
export const APIS_TYPE = 'application/vnd.slipway.openapi.v1+json';
/** Media type of its layer. */
const APIS_MEDIA = `${APIS_TYPE}+gzip`;
const CREATED = 'org.opencontainers.image.created';
/** The file that `oras pull` writes. */
const TITLE = 'openapi.json.gz';
/** Bytes of a layer. */
const LARGEST = 4 * 2 ** 20;
/** Bytes of the text in it: somebody who may push can attach anything. */
const LARGEST_TEXT = 64 * 2 ** 20;

/** @returns undefined where the record is too large to be kept beside an image */
export function apisArtifact(record: ApiRecord, created: string): Artifact | undefined {
  const content = gzipSync(apiFile(record), { level: 9 });
  if (content.length > LARGEST) return undefined;
  const annotations = { 'org.opencontainers.image.title': TITLE };
  return {
    artifactType: APIS_TYPE,
    annotations: { [CREATED]: created },
    layers: [{ mediaType: APIS_MEDIA, content, annotations }],
  };
}

/** The newest of several: a later run may have seen the image serve more. */
export function newestOf(stored: readonly StoredManifest[]): StoredManifest | undefined {
  const createdAt = ({ annotations }: StoredManifest) => annotations[CREATED] ?? '';
  return [...stored].sort((a, b) => (createdAt(a) < createdAt(b) ? 1 : -1))[0];
}

/** Digest of the layer with the record, if it is small enough to be read. */
export function layerOf({ layers }: StoredManifest): string | undefined {
  return layers.find(({ mediaType, size }) => mediaType === APIS_MEDIA && size <= LARGEST)?.digest;
}

/** Whether the artifact is stored already. */
export function isStored({ layers }: Artifact, stored: StoredManifest | undefined): boolean {
  const own = layers.map(({ content }) => `sha256:${createHash('sha256').update(content).digest('hex')}`);
  return stored !== undefined && own.includes(layerOf(stored) ?? '');
}

/** @throws UserError for another content */
export function readApis(content: Buffer, name: string): ApiRecord {
  return readApiFile(textOf(content), name, 'Build and push the image again: preflight records what it serves.');
}

/** An empty text, which is no record, where it cannot be unpacked. */
function textOf(content: Buffer): string {
  try {
    return gunzipSync(content, { maxOutputLength: LARGEST_TEXT }).toString('utf8');
  } catch {
    return '';
  }
}
