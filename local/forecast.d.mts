/** What decides where a cluster comes from on this machine. */
export interface Facts {
  os: NodeJS.Platform;
  arch: string;
  root: boolean;
  /** GiB of memory, and of free disk where the cache is. */
  memory: number;
  disk: number | undefined;
  processors: number;
  /** Major and minor version of Go, such as 1.24. */
  go: string | undefined;
  /** `silent`: the program is there and no engine answered within the time. */
  docker: 'absent' | 'silent' | 'answers';
  buildx: boolean;
  /** Docker Hub answered this machine. */
  hub: boolean;
  apt: boolean;
  kind: boolean;
  k3d: boolean;
  kubectl: boolean;
  /** A platform has been brought up, and its programs are in the cache. */
  up: boolean;
  built: boolean;
}

/** Where the cluster comes from, or why there can be none. */
export type Way =
  | { name: 'up' | 'user' | 'kind' | 'k3d' }
  | { name: 'build'; minutes: number }
  | { name: 'none'; lacks: string[]; remedies: string[] };

/** Reads them within a second: what does not answer by then counts as missing. */
export function readFacts(env?: NodeJS.ProcessEnv): Promise<Facts>;

/** @param args of the command line: what the user asks for comes first */
export function wayOf(facts: Facts, args?: readonly string[]): Way;

/** What works on this machine and what does not, for the terminal. */
export function forecast(facts: Facts, way: Way): string[];
