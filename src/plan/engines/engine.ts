/** How an application signs in to a service. Engines without users ignore it. */
export interface ServiceCredentials {
  user: string;
  password: string;
  database: string;
}

/** A known service: its image, how its server is set up, when it is ready, and the variables of the application. */
export interface EngineSpec {
  /** Official image, at a pinned version. */
  image: string;
  port: number;
  /** Variables by which the image of the server takes each part of the credentials. */
  credentialVariables: Partial<Record<keyof ServiceCredentials, string>>;
  serverEnv(credentials: ServiceCredentials): Record<string, string>;
  /**
   * Shell line in the server's container that succeeds once a client can work. It uses TCP, because images answer on their
   * socket while they still initialise, and reads credentials from the server's own environment. undefined: the service is
   * ready when it accepts connections.
   */
  health: string | undefined;
  /** Variables and arguments of a server whose data nobody keeps, such as that of a test: no write waits for the disk. */
  throwaway?: { env: Record<string, string>; command: string[] };
  /** Address for clients. */
  url(host: string, port: number, credentials: ServiceCredentials): string;
  /** Variables that frameworks and client libraries expect. */
  clientEnv(host: string, port: number, credentials: ServiceCredentials): Record<string, string>;
}

/** An engine that `review.database` takes. A new engine is one such record, its entry in engines.ts and in config/engines.ts. */
export interface DatabaseSpec {
  /** Name for people. */
  title: string;
  /** Memory limit of a server of one environment, as a Kubernetes quantity. */
  memory: string;
  /** Arguments of a server of one environment. */
  args: readonly string[];
  /** Tells the server in which folder its data is. */
  dataFolder(path: string): { args: readonly string[]; env: Readonly<Record<string, string>> };
  /** The version that data is bound to, as far as a tag of the image says it. */
  major(tag: string): string | undefined;
  /** User id that the server of an official image runs as. */
  uid(image: string): number;
  /**
   * Shell line in the server's container that succeeds once a client can work: a connection with the password to the pod's own
   * address. Images answer on their socket, and on 127.0.0.1 without a password, while they still initialise.
   */
  readiness: string;
  /** The engine can copy a database, which `mode: shared` needs. */
  copies: boolean;
  /** First bytes of the engine's own format of dumps; undefined: its dumps are SQL. */
  dumpMagic: string | undefined;
  /** The statement of a seed that would load data elsewhere than into the app's database; undefined: none. */
  leavesDatabase(sql: string): Statement | undefined;
  /** Loads the seed once; the database itself records that it did. */
  seed: SeedLoader;
}

/** A place in a seed. */
export interface Statement {
  /** From 1. */
  line: number;
  text: string;
}

/**
 * How a seed is loaded in a container of the database's image. The command reads `SEED_DUMP` (path of the file: SQL, SQL with
 * gzip, or the engine's own format), `SEED_NAME` (relative path under which messages name it), `SEED_HASH`, and the
 * connection. No value of a user becomes part of the command.
 */
export interface SeedLoader {
  command: readonly string[];
  /** Files beside the seed, in `SEED_FOLDER`. */
  files: Readonly<Record<string, string>>;
}

/** Folder of the files of a seed in its container. */
export const SEED_FOLDER = '/slipway';
