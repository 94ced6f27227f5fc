export interface Release {
  /** Counts up: everything that is different in each release is made of it. */
  number: number;
  /** Images by name, each repository@sha256:…; the key is empty for the one image of an app. */
  images: Readonly<Record<string, string>>;
}

/** A Deployment of a release. */
export interface Workload {
  name: string;
  image: string;
  replicas: number;
  /** Selects its pods. */
  selector: string;
}

/** The part of a live container from which a subject reads its release. */
export interface LiveContainer {
  env?: { name: string; value?: string }[];
  envFrom?: { configMapRef?: { name: string } }[];
}

/** What is rolled out and killed: an app, which has a namespace of its own with its own name. */
export interface Subject {
  readonly app: string;
  /** Releases take them in turn. */
  readonly images: readonly Release['images'][];
  /** Writes slipway.yml, and the objects of the team's own where there are any. */
  write(folder: string, release: Release): Promise<void>;
  workloads(release: Release): Workload[];
  /** The number of the release that a container is of; undefined: of none. */
  releaseOf(container: LiveContainer): number | undefined;
  /** `<Kind> <name>` of every object that has the label of the app when a release is ready. */
  objects(release: Release): string[];
  /** Removes what it has made outside of the namespace. */
  close(): Promise<void>;
}
