import type { Descriptor, ImageRepository, StoredManifest } from '../../ports.ts';

/** A repository whose content is read and written by the protocol of OCI, and that lists and deletes by an API of its own. */
export abstract class PackageContents
  implements Pick<ImageRepository, 'name' | 'manifest' | 'referrers' | 'blob' | 'put'>
{
  readonly name: string;
  protected readonly contents: ImageRepository;

  /** @param contents reads and writes by the protocol of OCI */
  constructor(contents: ImageRepository) {
    this.contents = contents;
    this.name = contents.name;
  }

  manifest(reference: string): Promise<StoredManifest | undefined> {
    return this.contents.manifest(reference);
  }

  referrers(digest: string): Promise<string[]> {
    return this.contents.referrers(digest);
  }

  blob(descriptor: Pick<Descriptor, 'digest'>): Promise<Buffer> {
    return this.contents.blob(descriptor);
  }

  put(tag: string, artifactType: string, content: Buffer): Promise<void> {
    return this.contents.put(tag, artifactType, content);
  }
}
