import { EnvironmentError } from '../../errors.ts';
import type { ImageReference } from '../../objects/image-reference.ts';
import { INDEX_TYPE, referrersIndex, referrersTag, withReferrer } from '../../objects/oci/referrers-index.ts';
import type { Descriptor } from '../../ports.ts';
import type { RegistryClients } from './clients.ts';
import { MANIFEST_TYPES, readStored } from './manifest.ts';
import { readBody } from './read-body.ts';

const ATTEMPTS = 8;
/** Milliseconds: longer than the time between the read and the write of another run. */
const SETTLE_MS = 500;

/** The index of referrers under the tag of the scheme. */
export interface TaggedIndex {
  entries: readonly Descriptor[];
  /** Strong ETag of the answer; a weak one cannot guard a write. */
  etag: string | undefined;
}

/**
 * Reads the index; undefined without one. GitLab serves the subject itself under this tag, which is no index of referrers.
 * @throws EnvironmentError if the tag names something else
 */
export async function readIndex(
  clients: RegistryClients,
  repository: ImageReference,
  subject: string,
): Promise<TaggedIndex | undefined> {
  const tag = referrersTag(subject);
  const response = await clients.of(repository).request({
    method: 'GET',
    path: `manifests/${tag}`,
    headers: { accept: MANIFEST_TYPES.join(', ') },
  });
  const body = await readBody(response, `the manifest ${repository.repository}:${tag}`);
  if (response.status === 404) return undefined;
  const mediaType = response.headers.get('content-type') ?? '';
  const digest = response.headers.get('docker-content-digest') ?? undefined;
  const index = readStored(repository.repository, { body, mediaType, digest });
  if (index.digest === subject) return undefined;
  const etag = response.headers.get('etag') ?? '';
  if (index.mediaType === INDEX_TYPE) {
    return { entries: index.manifests, etag: etag.startsWith('"') ? etag : undefined };
  }
  throw new EnvironmentError(`${repository.repository}:${tag} is no index of referrers, but ${index.mediaType}`, {
    remedy: 'Registries without the referrers API list under this tag what refers to an image. Delete the tag.',
  });
}

/** Runs one write of this process at a time to an index: only other processes can come between its read and its write. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Adds an entry to the index. Another run may read the index before this write and write it afterwards, which loses the entry:
 * the index is read again after a pause, and the entry is added again if it is missing. Where the registry checks If-Match, no
 * entry is lost.
 * @throws EnvironmentError if the entry is lost each time
 */
export async function addToIndex(
  clients: RegistryClients,
  repository: ImageReference,
  subject: string,
  entry: Descriptor,
  inTurn: InTurn,
): Promise<void> {
  const { clock, signal } = clients.options;
  let refused: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const written = await inTurn(() => writeEntry(clients, repository, subject, entry, refused));
    if (written === 'there') return;
    refused = written?.refused;
    await clock.sleep(SETTLE_MS * (1 + Math.random()), signal);
  }
  throw new EnvironmentError(`${repository.repository}:${referrersTag(subject)} changes at every attempt to write it`, {
    details: ['It lists what refers to the image; other runs write it at the same time.'],
    remedy: 'Run again, with fewer runs at once for one image.',
  });
}

/**
 * Writes the index with the entry, unless it is there.
 * @param refused ETag of an index for which the registry refused a write: it does not mean its ETags for writes
 */
async function writeEntry(
  clients: RegistryClients,
  repository: ImageReference,
  subject: string,
  entry: Descriptor,
  refused: string | undefined,
): Promise<'there' | { refused: string | undefined } | undefined> {
  const index = await readIndex(clients, repository, subject);
  const entries = index?.entries ?? [];
  if (entries.some(({ digest }) => digest === entry.digest)) return 'there';
  const etag = index?.etag === refused ? undefined : index?.etag;
  const answer = await clients.of(repository, 'pull,push').request({
    method: 'PUT',
    path: `manifests/${referrersTag(subject)}`,
    headers: { 'content-type': INDEX_TYPE, ...(etag === undefined ? {} : { 'if-match': etag }) },
    body: referrersIndex(withReferrer(entries, entry)),
    accept: [412],
  });
  return answer.status === 412 ? { refused: etag } : undefined;
}
