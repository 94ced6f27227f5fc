import { readStored } from '../../../src/adapters/oci/manifest.ts';
import { EnvironmentError } from '../../../src/errors.ts';
import type { ImageRepository, ListedManifest, StoredManifest } from '../../../src/ports.ts';
import { digestOf, IMAGE_TYPE, type MadeContent } from './stored.ts';

/** A repository in memory. It lists manifests without a tag as well, as the APIs of vendors do, or only those with one. */
export class MemoryRepository implements ImageRepository {
  readonly name: string;
  readonly by = 'memory';
  readonly tags = new Map<string, string>();
  readonly manifests = new Map<string, { body: Buffer; mediaType: string }>();
  /** Deletions until one fails; each failure is one run that ends early. */
  failAfter = Number.POSITIVE_INFINITY;
  private readonly read = new Map<string, StoredManifest>();
  private readonly blobs = new Map<string, Buffer>();
  private readonly options: { listsUntagged: boolean; api: boolean };

  constructor(name: string, options: { listsUntagged: boolean; api: boolean }) {
    this.name = name;
    this.options = options;
  }

  fill(contents: readonly MadeContent[]): string[] {
    return contents.map((content) => {
      const { body } = content;
      const digest = digestOf(body);
      if (content.config) this.blobs.set(digestOf(content.config), content.config);
      this.manifests.set(digest, { body, mediaType: content.mediaType });
      for (const tag of content.tags) this.tags.set(tag, digest);
      return digest;
    });
  }

  async list(known: ReadonlySet<string> = new Set()): Promise<ListedManifest[]> {
    const listed = [...this.manifests.keys()].map((digest) => {
      const tags = [...this.tags].filter(([tag, of]) => of === digest && !known.has(tag)).map(([tag]) => tag);
      return { digest, tags, storedAt: undefined };
    });
    return listed.filter(({ tags }) => tags.length > 0 || (this.options.listsUntagged && known.size === 0));
  }

  async manifest(reference: string): Promise<StoredManifest | undefined> {
    const digest = this.tags.get(reference) ?? reference;
    const stored = this.manifests.get(digest);
    if (!stored) return undefined;
    const read = this.read.get(digest) ?? readStored(this.name, { ...stored, digest: undefined });
    this.read.set(digest, read);
    return read;
  }

  async referrers(subject: string): Promise<string[]> {
    if (!this.options.api) return [];
    const all = await Promise.all([...this.manifests.keys()].map((digest) => this.manifest(digest)));
    return all.flatMap((one) => (one?.subject === subject ? [one.digest] : []));
  }

  async blob({ digest }: { digest: string }): Promise<Buffer> {
    const content = this.blobs.get(digest);
    if (!content) throw new EnvironmentError(`no blob ${digest}`);
    return content;
  }

  async requireDeletion(): Promise<void> {}

  async deleteTag(tag: string): Promise<void> {
    this.refuseInTime();
    this.tags.delete(tag);
  }

  async deleteManifest(digest: string): Promise<void> {
    this.refuseInTime();
    this.manifests.delete(digest);
    for (const [tag, of] of this.tags) if (of === digest) this.tags.delete(tag);
  }

  async put(tag: string, artifactType: string, content: Buffer): Promise<void> {
    const layer = { mediaType: artifactType, digest: digestOf(content), size: content.length };
    const body = Buffer.from(JSON.stringify({ mediaType: IMAGE_TYPE, artifactType, layers: [layer] }));
    this.blobs.set(layer.digest, content);
    this.manifests.set(digestOf(body), { body, mediaType: IMAGE_TYPE });
    this.tags.set(tag, digestOf(body));
  }

  private refuseInTime(): void {
    if (this.failAfter-- > 0) return;
    this.failAfter = Number.POSITIVE_INFINITY;
    throw new EnvironmentError('the registry refuses to delete');
  }
}
