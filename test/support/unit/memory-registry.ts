import type { LocalImage, Registry, RegistryImage, RegistryPlatform } from '../../../src/ports.ts';

/** A registry in memory: what the stage does with one, without one. */
export class MemoryRegistry implements Registry {
  readonly tags = new Map<string, string>();
  readonly log: string[] = [];
  /** Parts of every image that the registry does not have. */
  missing: string[] = [];
  /** Called after an upload: what another run does at this moment. */
  afterPush: () => void = () => undefined;
  private readonly repository: string;
  /** digest → configuration digest */
  private readonly manifests = new Map<string, string | undefined>();

  constructor(repository: string) {
    this.repository = repository;
  }

  /** Puts an image there. */
  has(digest: string, configDigest: string | undefined, ...tags: string[]): this {
    this.manifests.set(digest, configDigest);
    for (const tag of tags) this.tags.set(tag, digest);
    return this;
  }

  async push(image: string, _repository: string, tag: string): Promise<RegistryImage> {
    this.log.push(`push ${tag}`);
    const digest = image.replace('id', 'manifest');
    this.has(digest, image, tag);
    this.afterPush();
    return this.image(digest);
  }

  async resolve(reference: string): Promise<RegistryImage | undefined> {
    const name = reference.slice(this.repository.length + 1);
    const digest = reference.includes('@') ? name : this.tags.get(name);
    return digest !== undefined && this.manifests.has(digest) ? this.image(digest) : undefined;
  }

  async missingParts(): Promise<string[]> {
    return this.missing;
  }

  async platforms(_repository: string, digest: string): Promise<RegistryPlatform[]> {
    return [{ platform: '', digest, configDigest: this.manifests.get(digest) ?? '', layers: [] }];
  }

  async tag(_repository: string, digest: string, tag: string): Promise<void> {
    this.log.push(`tag ${tag}`);
    this.tags.set(tag, digest);
  }

  private image(digest: string): RegistryImage {
    const configDigest = this.manifests.get(digest);
    return { repository: this.repository, digest, mediaType: 'x', configDigest };
  }
}

export function localImage(id: string): LocalImage {
  return {
    id,
    tags: [],
    labels: {},
    created: '',
    size: 1,
    exposedPorts: [],
    workingDir: '/',
    healthcheck: false,
  };
}
