import { EnvironmentError } from '../../errors.ts';
import { type ImageReference, parseReference } from '../../objects/image-reference.ts';
import { referrerEntry } from '../../objects/oci/referrers-index.ts';
import type { Artifact, Descriptor, Referrers, StoredManifest } from '../../ports.ts';
import { pullBlob, pushBlob } from './blobs.ts';
import type { RegistryClients } from './clients.ts';
import { readStored, sha256Of } from './manifest.ts';
import { pagesOf } from './pages.ts';
import { readBody } from './read-body.ts';
import { addToIndex, type InTurn, readIndex } from './referrers-tag.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor */
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
export const EMPTY = Buffer.from('{}');

/**
 * Artifacts that refer to images, by the referrers API where the registry has it, and by the tag scheme elsewhere.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export class OciReferrers implements Referrers {
  private readonly clients: RegistryClients;
  /** Host → whether it has the referrers API. */
  private readonly apis = new Map<string, boolean>();
  /** Repository and subject → the write under way. */
  private readonly writes = new Map<string, Promise<unknown>>();

  constructor(clients: RegistryClients) {
    this.clients = clients;
  }

  async list(repository: string, subject: string, artifactType?: string): Promise<StoredManifest[]> {
    const parsed = parseReference(repository);
    const entries =
      (await this.byApi(parsed, subject)) ?? (await readIndex(this.clients, parsed, subject))?.entries ?? [];
    const wanted = entries.filter((entry) => isOf(entry, artifactType));
    const found = await Promise.all(wanted.map(({ digest }) => this.stored(parsed, digest)));
    return found.filter((one): one is StoredManifest => {
      return one?.subject === subject && (artifactType === undefined || one.artifactType === artifactType);
    });
  }

  async attach(repository: string, subject: string, artifact: Artifact): Promise<StoredManifest> {
    const parsed = parseReference(repository);
    const client = this.clients.of(parsed, 'pull,push');
    const about = await this.stored(parsed, subject);
    if (!about) {
      throw new EnvironmentError(`${repository}@${subject} is not in the registry`, { remedy: 'Push it first.' });
    }
    const contents = [EMPTY, ...artifact.layers.map((layer) => layer.content)];
    await Promise.all(contents.map((content) => pushBlob(client, content)));
    const body = artifactBody(artifact, about);
    const digest = sha256Of(body);
    const headers = { 'content-type': MANIFEST_TYPE };
    const answer = await client.request({ method: 'PUT', path: `manifests/${digest}`, headers, body });
    if (!answer.ok) throw await client.refused({ method: 'PUT', path: '' }, answer);
    const stored = readStored(repository, { body, mediaType: MANIFEST_TYPE, digest }, digest);
    const taken = answer.headers.get('oci-subject') === subject && (await this.byApi(parsed, subject)) !== undefined;
    if (taken) return stored;
    const inTurn: InTurn = (work) => this.inTurn(`${repository}@${subject}`, work);
    await addToIndex(this.clients, parsed, subject, referrerEntry(stored), inTurn);
    return stored;
  }

  async blob(repository: string, { digest }: Pick<Descriptor, 'digest'>): Promise<Buffer> {
    const parsed = parseReference(repository);
    return pullBlob(this.clients.of(parsed), parsed, digest);
  }

  /** Digests of what refers to a manifest, by the API alone; empty from a registry without it, whose tags list them. */
  async referring(repository: string, subject: string): Promise<string[]> {
    return ((await this.byApi(parseReference(repository), subject)) ?? []).map(({ digest }) => digest);
  }

  private async stored(repository: ImageReference, digest: string): Promise<StoredManifest | undefined> {
    const served = await this.clients.manifest(repository, digest);
    return served && readStored(repository.repository, served, digest);
  }

  /**
   * undefined from a registry without the API. A registry may accept a subject without having the API, so the question alone
   * counts. Without the repository, the answer says nothing about the registry. A registry that has answered once has the API:
   * some answer 404 for an image that is gone.
   */
  private async byApi(repository: ImageReference, subject: string): Promise<Descriptor[] | undefined> {
    const { host } = repository;
    if (this.apis.get(host) === false) return undefined;
    const entries: Descriptor[] = [];
    for await (const answer of pagesOf(this.clients.of(repository), `referrers/${subject}`, [400, 405, 501])) {
      const body = await readBody(answer, `the referrers of ${repository.repository}@${subject}`);
      if (!answer.ok) {
        if (this.apis.get(host)) return [];
        if (!/NAME_UNKNOWN/.test(body.toString('utf8'))) this.apis.set(host, false);
        return undefined;
      }
      const mediaType = answer.headers.get('content-type') ?? '';
      entries.push(...readStored(repository.repository, { body, mediaType, digest: undefined }).manifests);
    }
    this.apis.set(host, true);
    return entries;
  }

  private inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.writes.get(key) ?? Promise.resolve();
    const own = before.catch(() => undefined).then(work);
    this.writes.set(key, own);
    return own;
  }
}

/** Some clients write entries without a type, so an entry without one is opened. */
function isOf(entry: Descriptor, artifactType: string | undefined): boolean {
  return artifactType === undefined || entry.artifactType === undefined || entry.artifactType === artifactType;
}

/**
 * The manifest of an artifact. Its configuration is `EMPTY`.
 * @param about the manifest that it says something about
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage
 */
export function artifactBody({ artifactType, layers, annotations }: Artifact, about?: StoredManifest): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      artifactType,
      config: { mediaType: EMPTY_TYPE, digest: sha256Of(EMPTY), size: EMPTY.length },
      layers: layers.map((layer) => ({
        mediaType: layer.mediaType,
        digest: sha256Of(layer.content),
        size: layer.content.length,
        ...(layer.annotations ? { annotations: layer.annotations } : {}),
      })),
      ...(about ? { subject: { mediaType: about.mediaType, digest: about.digest, size: about.size } } : {}),
      annotations,
    }),
  );
}
