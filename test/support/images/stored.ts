import { createHash } from 'node:crypto';

export const IMAGE_TYPE = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';

export const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** A manifest to upload, with the configuration that it names. */
export interface MadeContent {
  body: Buffer;
  mediaType: string;
  config: Buffer | undefined;
  tags: string[];
}

/** What a repository of a registry is filled with, by requests of our own: nothing here uses the client under test. */
export class Filler {
  private readonly api: string;
  private readonly uploaded = new Set<string>();

  /** @param repository host:port/path */
  constructor(repository: string) {
    const slash = repository.indexOf('/');
    this.api = `http://${repository.slice(0, slash)}/v2${repository.slice(slash)}`;
  }

  async blob(content: Buffer): Promise<string> {
    if (this.uploaded.has(digestOf(content))) return digestOf(content);
    this.uploaded.add(digestOf(content));
    const begun = await fetch(`${this.api}/blobs/uploads/`, { method: 'POST' });
    const url = new URL(begun.headers.get('location') ?? '', begun.url);
    url.searchParams.set('digest', digestOf(content));
    const headers = { 'content-type': 'application/octet-stream' };
    const put = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(content) });
    if (!put.ok) throw new Error(`blob: ${put.status} ${await put.text()}`);
    await put.arrayBuffer();
    return digestOf(content);
  }

  /** @param reference a tag; default: the digest */
  async manifest(value: object, mediaType: string, reference?: string): Promise<{ digest: string; size: number }> {
    const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...value }));
    const digest = digestOf(body);
    await this.put(body, mediaType, reference ?? digest);
    return { digest, size: body.length };
  }

  private async put(body: Buffer, mediaType: string, reference: string): Promise<void> {
    const headers = { 'content-type': mediaType };
    const url = `${this.api}/manifests/${reference}`;
    const put = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) });
    if (!put.ok) throw new Error(`manifest: ${put.status} ${await put.text()}`);
    await put.arrayBuffer();
  }

  /** An image of nothing but its labels. */
  async image(labels: Record<string, string>, tag?: string): Promise<{ digest: string; size: number }> {
    const config = Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        created: '2026-01-01T00:00:00Z',
        config: { Labels: labels },
        rootfs: { type: 'layers', diff_ids: [] },
      }),
    );
    const digest = await this.blob(config);
    return this.manifest(
      { config: { mediaType: CONFIG_TYPE, digest, size: config.length }, layers: [] },
      IMAGE_TYPE,
      tag,
    );
  }

  /** Uploads a made-up repository; resolves to the digest of each of its manifests. */
  async fill(contents: readonly MadeContent[]): Promise<string[]> {
    const digests: string[] = [];
    for (const { body, mediaType, config, tags } of contents) {
      if (config) await this.blob(config);
      const digest = digestOf(body);
      for (const reference of tags.length > 0 ? tags : [digest]) await this.put(body, mediaType, reference);
      digests.push(digest);
    }
    return digests;
  }

  async status(reference: string): Promise<number> {
    const accept = `${IMAGE_TYPE}, ${INDEX_TYPE}`;
    const answer = await fetch(`${this.api}/manifests/${reference}`, { method: 'GET', headers: { accept } });
    await answer.arrayBuffer();
    return answer.status;
  }
}
