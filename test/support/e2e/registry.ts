const ACCEPT = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
].join(', ');

/** Tags of referrers and of images for several platforms stand for an index. */
const ANY = [
  ACCEPT,
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** The registry of the platform, asked by its HTTP API, without Slipway in between. */
export class RegistryView {
  private readonly base: string;

  /** @param registry host:port */
  constructor(registry: string) {
    this.base = `http://${registry}/v2`;
  }

  /** Tags of a repository in order; none where it does not exist. @param repository path without the host */
  async tags(repository: string): Promise<string[]> {
    const answer = await fetch(`${this.base}/${repository}/tags/list`);
    if (answer.status === 404) return [];
    const { tags } = (await answer.json()) as { tags: string[] | null };
    return (tags ?? []).sort();
  }

  /** What a tag or digest stands for. */
  async manifest(repository: string, reference: string): Promise<{ digest: string; config: string }> {
    const answer = await fetch(`${this.base}/${repository}/manifests/${reference}`, { headers: { accept: ACCEPT } });
    if (!answer.ok) throw new Error(`${repository}:${reference}: ${answer.status} ${await answer.text()}`);
    const { config } = (await answer.json()) as { config: { digest: string } };
    return { digest: answer.headers.get('docker-content-digest') ?? '', config: config.digest };
  }

  /** Removes all manifests of a repository. */
  async empty(repository: string): Promise<void> {
    const tags = await this.tags(repository);
    const digests = await Promise.all(tags.map((tag) => this.digest(repository, tag)));
    for (const digest of new Set(digests)) {
      await fetch(`${this.base}/${repository}/manifests/${digest}`, { method: 'DELETE' });
    }
  }

  private async digest(repository: string, tag: string): Promise<string> {
    const options = { method: 'HEAD', headers: { accept: ANY } };
    const answer = await fetch(`${this.base}/${repository}/manifests/${tag}`, options);
    const digest = answer.headers.get('docker-content-digest');
    if (!answer.ok || digest === null) throw new Error(`${repository}:${tag}: ${answer.status}`);
    return digest;
  }
}
