/** Docker and registries, as the stages see them. Implementations: `adapters/docker` and `adapters/oci`. */

export interface BuildRequest {
  contextDir: string;
  dockerfile: string;
  target?: string;
  /** Empty: the engine's own platform. */
  platforms: string[];
  buildArgs: Record<string, string>;
  /** BuildKit secrets: never in a layer, the history or a process argument. */
  secrets: { id: string; value: string }[];
  /** Full names, repository:tag. */
  tags: string[];
  labels: Record<string, string>;
  cacheFrom: string[];
  cacheTo: string[];
}

export interface LocalImage {
  /** Image id: the digest of its configuration, sha256:… */
  id: string;
  tags: string[];
  labels: Record<string, string>;
  created: string;
  /** Bytes. */
  size: number;
  exposedPorts: number[];
}

export interface Builder {
  /** Builds and loads into the engine. Rejects with a UserError that holds the failing step and its last lines. */
  build(request: BuildRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LocalImage>;
  inspect(image: string): Promise<LocalImage | undefined>;
  tag(image: string, reference: string): Promise<void>;
  /** Removes names (and the image, with its last name). */
  removeImages(references: string[]): Promise<void>;
  listImages(labels: Record<string, string>): Promise<LocalImage[]>;
}

export interface ContainerRequest {
  name: string;
  image: string;
  network?: string;
  /** Host names under which others on the network reach it. */
  aliases?: string[];
  env: Record<string, string>;
  command?: string[];
  entrypoint?: string;
  workdir?: string;
  labels: Record<string, string>;
  /** host name → address, as --add-host. */
  extraHosts?: Record<string, string>;
  hostNetwork?: boolean;
}

/** Containers on a private network, for the tests in the image. */
export interface Containers {
  createNetwork(name: string, labels: Record<string, string>): Promise<void>;
  removeNetwork(name: string): Promise<void>;
  start(request: ContainerRequest): Promise<string>;
  /** Follows the output until the container ends; resolves to its exit code. */
  attach(id: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<number>;
  exec(id: string, command: string[]): Promise<{ exitCode: number; output: string }>;
  running(id: string): Promise<boolean>;
  logs(id: string, tail: number): Promise<string[]>;
  copyFrom(id: string, path: string, to: string): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Pulls unless the engine has it. */
  ensureImage(reference: string): Promise<void>;
}

export interface RegistryImage {
  repository: string;
  /** Digest of the manifest as the registry computed it. */
  digest: string;
  mediaType: string;
  /** Digest of the image configuration, which is the image id in the engine; undefined for an index. */
  configDigest: string | undefined;
}

export interface Registry {
  /** Pushes an image of the engine under repository:tag; resolves to what the registry then serves. */
  push(image: string, repository: string, tag: string, onLine: (line: string) => void): Promise<RegistryImage>;
  /** What the registry serves for repository:tag or repository@digest; undefined when it has none. */
  resolve(reference: string): Promise<RegistryImage | undefined>;
  /** Gives the manifest a further tag without uploading. */
  tag(repository: string, digest: string, tag: string): Promise<void>;
}
