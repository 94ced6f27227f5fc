/** Containers and their images, as preflight observes them. Implementations: `adapters/docker` and `adapters/http`. */

/** The configuration of an image in the engine. */
export interface ImageDetails {
  /** As the image has it: a name, an id, `id:group`; empty for root. */
  user: string;
  env: Readonly<Record<string, string>>;
  entrypoint: string[];
  command: string[];
  /** SIGTERM unless the image says otherwise. */
  stopSignal: string;
  /** Paths of its VOLUMEs. */
  volumes: string[];
  /** Bytes. */
  size: number;
  /** Its layers, the oldest first. */
  layers: { bytes: number; madeBy: string }[];
}

/** A file that a container created, changed or deleted, outside of its volumes. */
export interface FileChange {
  path: string;
  change: 'added' | 'changed' | 'deleted';
}

/** What the files of an image show, also of layers whose files a later one removes. */
export interface LayerScan {
  /** Files with credentials, without their values. */
  secrets: {
    path: string;
    /** In words. */
    what: string;
    /** The form alone proves it. */
    certain: boolean;
    /** A later layer removes the file; its own layer still has it. */
    deleted: boolean;
  }[];
  /** Bytes of files that a later layer removes or replaces. */
  lost: number;
  /** The folders that fill the image, the largest first. */
  largest: { path: string; bytes: number }[];
  /** Why not everything was read; undefined: everything was. */
  partial: string | undefined;
}

/** Reads the state of containers from outside; needs no program in the image. */
export interface Observer {
  describe(image: string): Promise<ImageDetails>;
  /** Reads the layers of an image, within bounds of time and bytes. @param size bytes of the image */
  layers(image: string, size: number): Promise<LayerScan>;
  /**
   * The text of /proc/net/tcp and /proc/net/tcp6 in the network of the container; undefined when it ended.
   * @param helper image with `cat`, for an engine on another machine
   */
  sockets(id: string, helper: string): Promise<string | undefined>;
  /** /proc/<pid>/status of its first process; undefined when it ended, or for an engine on another machine. */
  processStatus(id: string): Promise<string | undefined>;
  /** Most bytes of memory so far; undefined where the kernel does not say. */
  memoryPeak(id: string): Promise<number | undefined>;
  changes(id: string): Promise<FileChange[]>;
  /** Sends a signal to its first process. */
  signal(id: string, signal: string): Promise<void>;
}

export interface ProbeRequest {
  address: string;
  port: number;
  method: 'GET' | 'HEAD';
  path: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
}

export interface ProbeAnswer {
  status: number;
  /** Header Location; empty without one. */
  location: string;
  /** The answer ended the HTTP connection by an upgrade. */
  upgraded: boolean;
}

/** Requests in flight while a process ends. */
export interface Load {
  answered: number;
  /** Local ports of the requests that broke off after `mark`, answered by nothing. */
  broken: readonly number[];
}

/** Asks a container by HTTP. */
export interface Prober {
  /** undefined: no answer by HTTP. */
  ask(request: ProbeRequest): Promise<ProbeAnswer | undefined>;
  /** The text of an answer with the status 200; undefined: another answer, or more than `mostBytes`. */
  read(request: ProbeRequest, mostBytes: number): Promise<string | undefined>;
  /**
   * Sends requests side by side until `ease`, after which the open ones still wait for their answers, or until `stop`; `mark` is
   * the moment from which broken ones count.
   */
  load(request: ProbeRequest, atOnce: number): { mark(): void; ease(): void; stop(): Promise<Load> };
}
