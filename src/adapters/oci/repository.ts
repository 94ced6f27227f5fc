import { randomBytes } from 'node:crypto';
import { EnvironmentError, UserError } from '../../errors.ts';
import { type ImageReference, parseReference } from '../../objects/image-reference.ts';
import type { Descriptor, ImageRepository, ListedManifest, StoredManifest } from '../../ports.ts';
import { pullBlob, pushBlob } from './blobs.ts';
import type { RegistryClients } from './clients.ts';
import type { RegistryHttp } from './http.ts';
import { readStored } from './manifest.ts';
import { pagesOf } from './pages.ts';
import { readJson } from './read-body.ts';
import { artifactBody, EMPTY, MANIFEST_TYPE, type OciReferrers } from './referrers.ts';

/** ECR refuses more. */
const PAGE = 1_000;
const AT_ONCE = 16;
/** Statuses with which registries refuse what they do not support. */
const UNSUPPORTED = [400, 405, 501];

/**
 * A repository, by the protocol of OCI alone: it lists what has a tag, and deletes where the registry allows it.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#content-management
 */
export class OciRepository implements ImageRepository {
  readonly name: string;
  readonly by: string = 'the OCI protocol';
  private readonly reference: ImageReference;
  private readonly clients: RegistryClients;
  private readonly refs: OciReferrers;
  /** What `list` has read: the next question for each of them needs no further request. */
  private readonly listed = new Map<string, StoredManifest>();
  private deletesTags: boolean | undefined;
  private readonly page: number;

  /** @param page tags in one answer */
  constructor(repository: string, clients: RegistryClients, referrers: OciReferrers, page = PAGE) {
    this.reference = parseReference(repository);
    this.name = this.reference.repository;
    this.clients = clients;
    this.refs = referrers;
    this.page = page;
  }

  async list(known: ReadonlySet<string> = new Set()): Promise<ListedManifest[]> {
    const names = (await this.tags()).filter((tag) => !known.has(tag));
    const tags = new Map<string, string[]>();
    const queue = names.values();
    const worker = async () => {
      for (const tag of queue) {
        const manifest = await this.manifest(tag);
        if (!manifest) throw unreadable(this.name, tag);
        this.listed.set(manifest.digest, manifest);
        tags.set(manifest.digest, [...(tags.get(manifest.digest) ?? []), tag]);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return [...tags].map(([digest, own]) => ({ digest, tags: own, storedAt: undefined }));
  }

  async manifest(reference: string): Promise<StoredManifest | undefined> {
    const listed = this.listed.get(reference);
    this.listed.delete(reference);
    if (listed) return listed;
    const served = await this.clients.manifest(this.reference, reference);
    const isDigest = reference.startsWith('sha256:');
    return served && readStored(this.name, served, isDigest ? reference : undefined);
  }

  referrers(digest: string): Promise<string[]> {
    return this.refs.referring(this.name, digest);
  }

  blob({ digest }: Pick<Descriptor, 'digest'>): Promise<Buffer> {
    return pullBlob(this.client(), this.reference, digest);
  }

  /** Asks to delete a manifest and a tag that cannot exist: the answers say what the registry supports, and delete nothing. */
  async requireDeletion(): Promise<void> {
    const nothing = randomBytes(32).toString('hex');
    const byDigest = await this.delete(`sha256:${nothing}`);
    if (UNSUPPORTED.includes(byDigest)) throw unsupported(this.name);
    this.deletesTags = !UNSUPPORTED.includes(await this.delete(`slipway-${nothing.slice(0, 32)}`));
  }

  async deleteTag(tag: string): Promise<void> {
    if (this.deletesTags) await this.delete(tag);
  }

  async deleteManifest(digest: string): Promise<void> {
    if (UNSUPPORTED.includes(await this.delete(digest))) throw unsupported(this.name);
  }

  async put(tag: string, artifactType: string, content: Buffer): Promise<void> {
    const client = this.client('pull,push');
    for (const blob of [EMPTY, content]) await pushBlob(client, blob);
    const body = artifactBody({ artifactType, annotations: {}, layers: [{ mediaType: artifactType, content }] });
    const headers = { 'content-type': MANIFEST_TYPE };
    const answer = await client.request({ method: 'PUT', path: `manifests/${tag}`, headers, body });
    if (!answer.ok) throw await client.refused({ method: 'PUT', path: '' }, answer);
  }

  private client(access?: 'pull,push' | 'pull,push,delete'): RegistryHttp {
    return this.clients.of(this.reference, access);
  }

  /** Some registries cut a list and name no next page, so the end of a list is asked for what comes after it. */
  private async tags(): Promise<string[]> {
    const tags = new Set<string>();
    for (let known = -1, after = ''; tags.size > known; ) {
      known = tags.size;
      for await (const answer of pagesOf(this.client(), `tags/list?n=${this.page}${after}`)) {
        if (!answer.ok) throw await this.client().refused({ method: 'GET', path: '' }, answer);
        const { tags: more } = await readJson<{ tags?: unknown }>(answer, `the tags of ${this.name}`);
        for (const tag of Array.isArray(more) ? more : []) tags.add(String(tag));
      }
      const last = [...tags].at(-1);
      if (last === undefined) break;
      after = `&last=${encodeURIComponent(last)}`;
    }
    return [...tags];
  }

  /** The status; 404 where it does not exist. */
  private async delete(reference: string): Promise<number> {
    const path = `manifests/${reference}`;
    const answer = await this.client('pull,push,delete').request({ method: 'DELETE', path, accept: UNSUPPORTED });
    await answer.body?.cancel();
    return answer.status;
  }
}

function unreadable(repository: string, tag: string): EnvironmentError {
  return new EnvironmentError(`${repository}:${tag} is in the list of tags, but the registry does not have it`, {
    details: ['Nothing was deleted: what cannot be read cannot be judged.'],
    remedy: 'Run again, if somebody deletes tags at this moment; otherwise delete this tag or push it again.',
  });
}

function unsupported(repository: string): UserError {
  return new UserError(`the registry of ${repository} deletes no manifests`, {
    details: ['Nothing was deleted.'],
    remedy:
      'Allow it at the registry (distribution: storage.delete.enabled), or use its own retention. Docker Hub and ECR delete by their own APIs, which clean-registry does not use.',
  });
}
