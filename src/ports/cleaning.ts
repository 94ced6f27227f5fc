import type { Descriptor, StoredManifest } from './artifacts.ts';

/** What a registry lists of a repository. */
export interface ListedManifest {
  digest: string;
  tags: readonly string[];
  /** When the registry took it, in milliseconds since the epoch; undefined: it does not say. */
  storedAt: number | undefined;
}

/**
 * One repository of a registry, for what deletes in it. Every method rejects with an error of which the run can say what to do; a
 * list that is not complete is an error.
 */
export interface ImageRepository {
  /** Its name: host/path. */
  readonly name: string;
  /** How it deletes, for people: `the OCI protocol`, `the API of GitHub Packages`. */
  readonly by: string;
  /**
   * All manifests with a tag, and those without where the registry lists them.
   * @param known tags to leave out, and then also the manifests without a tag
   */
  list(known?: ReadonlySet<string>): Promise<ListedManifest[]>;
  /** @param reference tag or digest; undefined when it does not exist */
  manifest(reference: string): Promise<StoredManifest | undefined>;
  /** Digests of what refers to a manifest by the referrers API; empty where the registry has no such API. */
  referrers(digest: string): Promise<string[]>;
  /** A configuration, or a layer of less than 16 MiB. */
  blob(descriptor: Pick<Descriptor, 'digest'>): Promise<Buffer>;
  /** @throws UserError or EnvironmentError when the registry cannot delete; nothing was deleted */
  requireDeletion(): Promise<void>;
  /** Deletes a tag; does nothing where a tag cannot be deleted without its manifest. */
  deleteTag(tag: string): Promise<void>;
  /** Deletes a manifest and all its tags; does nothing if it does not exist. */
  deleteManifest(digest: string): Promise<void>;
  /** Writes a small artifact of one layer under a tag. */
  put(tag: string, artifactType: string, content: Buffer): Promise<void>;
}
