/** What is read of the files of an image. Implementation: `adapters/docker/content`. */

/** How much of a file is read, by its path in the image, without a slash at its beginning; undefined: nothing. */
export type WantedFile = (path: string) => 'whole' | 'start' | 'database' | 'archive' | undefined;

/** Files of an image for one platform, as a container sees them. */
export interface ImageContent {
  /** Digest of the configuration. */
  config: string;
  /** Such as linux/amd64. */
  platform: string;
  /** ISO 8601. */
  created: string;
  /** The wanted files by their paths. */
  files: ReadonlyMap<string, Buffer>;
  /** Programs that Go has built: its version, and a line for each module. */
  goPrograms: ReadonlyMap<string, { go: string; modules: string }>;
  /** Archives of Java: what each says about itself, and what the archives in it say. */
  javaArchives: ReadonlyMap<string, readonly JavaArchive[]>;
  /** What could not be read, for people. */
  gaps: readonly string[];
}

/** What an archive of Java says about itself. */
export interface JavaArchive {
  /** In the image; of one in another: behind that of the other and `!/`. */
  path: string;
  /** The texts of its files pom.properties. */
  properties: string[];
  /** The text of its manifest; empty without one. */
  manifest: string;
}
