/** Docker and registries, as the stages see them. Implementations: `adapters/docker` and `adapters/oci`. */

import type { ImageContent, WantedFile } from './image-content.ts';

export interface BuildRequest {
  contextDir: string;
  dockerfile: string;
  /** Named contexts: name → absolute folder, or docker-image://<reference>. */
  contexts: Readonly<Record<string, string>>;
  target?: string;
  /** Empty: the engine's own platform. */
  platforms: string[];
  buildArgs: Record<string, string>;
  /** BuildKit secrets: never in a layer, the history or a process argument. */
  secrets: { id: string; value: string }[];
  /** Agents and keys for RUN --mount=type=ssh: `default`, or id=path. */
  ssh: readonly string[];
  /** Full names, repository:tag. */
  tags: string[];
  labels: Record<string, string>;
  cacheFrom: string[];
  cacheTo: string[];
  /** Asks the registries for images that are named by tag, also for those that the engine has. */
  pull: boolean;
}

/** A step of a build, as BuildKit names it: `[build 2/5] RUN npm ci`. */
export interface BuildStep {
  name: string;
  ms: number;
  /** Its result came from a cache. */
  cached: boolean;
  failed: boolean;
}

/** A finding of BuildKit's checks of the Dockerfile. @see https://docs.docker.com/reference/build-checks/ */
export interface DockerfileFinding {
  rule: string;
  message: string;
  detail: readonly string[];
  /** Of its description; may be empty. */
  url: string;
  line: number | undefined;
}

/** What a builder says about a build, where it says more than its output. */
export interface BuildReport {
  steps: readonly BuildStep[];
  findings: readonly DockerfileFinding[];
}

export type BuiltImage = LocalImage & { report?: BuildReport };

export interface LocalImage {
  /** Image id: the digest of its configuration, sha256:… (of its manifest or index, with the containerd image store). */
  id: string;
  tags: string[];
  labels: Record<string, string>;
  created: string;
  /** Bytes. */
  size: number;
  exposedPorts: number[];
  /** Folder that commands of the image run in. */
  workingDir: string;
  /** The image has a HEALTHCHECK. */
  healthcheck: boolean;
}

/** An image of an archive. `platforms`: those that the archive holds, where they are several; one of them is loaded. */
export type LoadedImage = LocalImage & { platforms?: readonly string[] };

export interface Builder {
  /** Builds and loads into the engine. Rejects with a UserError that holds the failing step and its last lines. */
  build(request: BuildRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<BuiltImage>;
  /** Looks for what the next build needs, while other work runs. */
  prepare(): void;
  inspect(image: string): Promise<LocalImage | undefined>;
  /** Rejects with a UserError where builds cannot have named contexts. */
  requireNamedContexts(): Promise<void>;
  /** The platform of a build that names none, such as linux/amd64. */
  platform(): Promise<string>;
  tag(image: string, reference: string): Promise<void>;
  /**
   * Loads the one image of an archive made by `docker save <id>`, without a name and without labels `slipway.dev/*`. Rejects
   * with a UserError for an archive with anything else; the engine then has nothing of it.
   */
  load(archive: string): Promise<LoadedImage>;
  /**
   * The content of an image, for each platform that the engine has of it. Rejects with an EnvironmentError for one that is larger
   * than a machine should read.
   */
  contents(image: string, wanted: WantedFile, signal?: AbortSignal): Promise<ImageContent[]>;
  /** Removes names (and the image, with its last name). */
  removeImages(references: string[]): Promise<void>;
  listImages(labels: Record<string, string>): Promise<LocalImage[]>;
}

/** The images that builds read. */
export interface BaseImages {
  /**
   * What a reference stands for now. `registry`: the digest that its registry serves, or that the reference names. `engine`: the
   * id of an image that only the engine has. undefined where neither is known.
   */
  digestOf(reference: string): Promise<{ digest: string; from: 'reference' | 'registry' | 'engine' } | undefined>;
}

export interface ContainerRequest {
  name: string;
  image: string;
  network?: string;
  /** Its host names on the network. */
  aliases?: string[];
  env: Record<string, string>;
  command?: string[];
  entrypoint?: string;
  workdir?: string;
  labels: Record<string, string>;
  /** host name → address, as --add-host. */
  extraHosts?: Record<string, string>;
  /** Options of resolv.conf, such as timeout:1. */
  dnsOptions?: readonly string[];
  hostNetwork?: boolean;
  restrictions?: Restrictions;
}

/** What a container may do, as the security context of Kubernetes says it. */
export interface Restrictions {
  /** `uid` or `uid:gid`; default: the user of the image. */
  user?: string | undefined;
  readOnlyRoot?: boolean;
  dropCapabilities?: readonly string[];
  /** Bytes. */
  memory?: number | undefined;
  /** Paths of empty volumes. */
  emptyVolumes?: readonly string[];
}

/** The present state of a container in the engine. */
export interface ContainerState {
  running: boolean;
  /** Valid for a container that has ended. */
  exitCode: number;
  oomKilled: boolean;
  /** By the clock of the engine, in milliseconds since the epoch; undefined before it has started. */
  startedAt?: number | undefined;
  /** Of the image's own HEALTHCHECK; undefined without one. */
  health: 'starting' | 'healthy' | 'unhealthy' | undefined;
  /** Address on its private network. */
  address: string | undefined;
}

/** A port of this machine that containers of one network reach. */
export interface Forward {
  /** Address on the network. */
  address: string;
  close(): Promise<void>;
}

export interface LabelledObject {
  id: string;
  labels: Record<string, string>;
}

/** Containers on a private network, for the tests in the image. */
export interface Containers {
  /** @param internal nothing outside of the network is reached from it */
  createNetwork(name: string, labels: Record<string, string>, internal?: boolean): Promise<void>;
  removeNetwork(name: string): Promise<void>;
  /**
   * Lets containers of a network reach one port of this machine's loopback, at the same port of the network's gateway. Rejects
   * with an EnvironmentError for an engine on another machine.
   */
  forward(network: string, port: number): Promise<Forward>;
  start(request: ContainerRequest): Promise<string>;
  /** Creates a container; `attach` starts it. */
  create(request: ContainerRequest): Promise<string>;
  /**
   * Starts a created container and follows its output until it ends; resolves to its exit code. When the signal aborts, rejects
   * with the signal's reason and leaves the container to `remove`.
   */
  attach(id: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<number>;
  exec(id: string, command: string[]): Promise<{ exitCode: number; output: string }>;
  state(id: string): Promise<ContainerState>;
  /** Whether the port accepts TCP connections from this machine. */
  reachable(address: string, port: number): Promise<boolean>;
  logs(id: string, tail: number): Promise<string[]>;
  /** Copies a file or folder out of a container, running or not; false when it does not exist. */
  copyFrom(id: string, path: string, to: string): Promise<boolean>;
  /**
   * Copies the regular files of a folder whose path below it matches, each to the same path below `to`. Omits links.
   * @returns the number of copied files; 0 when the folder does not exist
   */
  copyMatching(id: string, folder: string, to: string, matches: (path: string) => boolean): Promise<number>;
  remove(id: string): Promise<void>;
  /** Containers and networks with a label, to clear what a killed run left. */
  leftovers(label: string): Promise<{ containers: LabelledObject[]; networks: LabelledObject[] }>;
  /** Pulls the image unless the engine has it. */
  ensureImage(reference: string, signal?: AbortSignal): Promise<void>;
}

export interface RegistryImage {
  repository: string;
  /** Digest of the manifest as the registry computed it. */
  digest: string;
  mediaType: string;
  /** Digest of the image configuration, which is the image id in the engine; undefined for an index. */
  configDigest: string | undefined;
  /** undefined for an index. */
  layers?: Layers;
}

/** The layers of an image, the lowest first, with their bytes in the registry. */
export type Layers = readonly { digest: string; size: number }[];

/** The image of one platform. */
export interface RegistryPlatform {
  /** Such as linux/amd64, as the index names it; empty for an image without an index. */
  platform: string;
  digest: string;
  configDigest: string;
  layers: Layers;
}

export interface Registry {
  /**
   * Pushes an image of the engine under repository:tag; resolves to what the registry serves for the digest of this push, even if
   * the tag has moved since. Retries transient failures, and reports each attempt to `onLine`.
   */
  push(
    image: string,
    repository: string,
    tag: string,
    onLine: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<RegistryImage>;
  /** The image that the registry serves for repository:tag or repository@digest; undefined without one. */
  resolve(reference: string): Promise<RegistryImage | undefined>;
  /** What the image names and the registry does not have, for people: manifests of platforms, configurations, layers. */
  missingParts(repository: string, digest: string): Promise<string[]>;
  /** The image of each platform: of an index its manifests, otherwise the image itself. */
  platforms(repository: string, digest: string): Promise<RegistryPlatform[]>;
  /** Gives the manifest a further tag without uploading. */
  tag(repository: string, digest: string, tag: string): Promise<void>;
}
