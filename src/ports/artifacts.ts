/** What a registry keeps beside images, as the stages see it. Implementation: `adapters/oci`. */

/** Points at content of a registry. @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md */
export interface Descriptor {
  mediaType: string;
  digest: string;
  /** Bytes. */
  size: number;
  artifactType?: string | undefined;
  annotations?: Readonly<Record<string, string>> | undefined;
  platform?: { os: string; architecture: string; variant?: string | undefined } | undefined;
}

/** A manifest or an index, as the registry serves it. */
export interface StoredManifest {
  digest: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** The type of what it holds: `artifactType`, otherwise the media type of its configuration. */
  artifactType: string | undefined;
  /** The configuration; undefined for an index. */
  config: Descriptor | undefined;
  layers: readonly Descriptor[];
  /** The manifests of an index. */
  manifests: readonly Descriptor[];
  /** Digest of the manifest that this one says something about. */
  subject: string | undefined;
  annotations: Readonly<Record<string, string>>;
}

/** Content to attach to an image. */
export interface Artifact {
  /** Type of the content, such as application/vnd.in-toto+json. */
  artifactType: string;
  /** Every client may show them. */
  annotations: Readonly<Record<string, string>>;
  layers: readonly { mediaType: string; content: Buffer; annotations?: Readonly<Record<string, string>> }[];
}

/** What is said about images: test results, provenance, bills of materials. */
export interface Referrers {
  /**
   * The artifacts that refer to a manifest, of one type or of all. Reads the referrers API and the tag scheme, and returns only
   * artifacts whose manifest names this subject.
   */
  list(repository: string, subject: string, artifactType?: string): Promise<StoredManifest[]>;
  /**
   * Uploads an artifact that refers to a manifest; resolves to its manifest when `list` finds it. Several runs may attach to one
   * subject at once.
   */
  attach(repository: string, subject: string, artifact: Artifact): Promise<StoredManifest>;
  /** A layer or a configuration; its digest is verified. Rejects with an EnvironmentError for more than 16 MiB. */
  blob(repository: string, descriptor: Pick<Descriptor, 'digest'>): Promise<Buffer>;
}
