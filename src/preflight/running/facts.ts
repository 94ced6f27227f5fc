import type { FileChange } from '../../ports.ts';
import type { ApiDocument } from '../side-by-side/openapi.ts';
import type { Listener } from './sockets.ts';

/** The process that was started, as far as a judgement needs it. */
export interface StartedProcess {
  /** Kind and name of its object. */
  object: string;
  port: number | undefined;
  /** Path of the HTTP health check; undefined: the port alone counts. */
  health: string | undefined;
  /** Milliseconds after SIGTERM. */
  graceMs: number;
  /** Bytes; undefined: no limit. */
  memory: number | undefined;
  replicas: number;
  /** The health check of the load balancer needs the status 200. */
  exactlyOk: boolean;
  /** Secrets, ConfigMaps and services that it did not get here. */
  missing: readonly string[];
  /** Names of the Services of the app: other processes, which are not beside it here. */
  services: readonly string[];
}

export interface Answer {
  status: number;
  location: string;
}

/** What one start of a process showed. undefined: not seen. */
export interface RunFacts {
  /** It ended by itself. */
  ended: { exitCode: number; oomKilled: boolean; afterMs: number } | undefined;
  listeners: readonly Listener[];
  /** Milliseconds from the start until the wanted port was open, and until the health check passed. */
  listeningMs: number | undefined;
  healthyMs: number | undefined;
  /** Milliseconds that preflight waited for the port. */
  waitedMs: number;
  /** Another port that answers HTTP. */
  answersOn: number | undefined;
  health: Answer | undefined;
  head: Answer | undefined;
  /** Answers for the host of each environment. */
  hosts: readonly { environment: string; host: string; status: number }[];
  /** GET and an upgrade of the path. */
  upgrade: { plain: number; upgraded: boolean } | undefined;
  /** The description of its API. */
  api: ApiDocument | undefined;
  stop: Stop | undefined;
  /** Bytes. */
  memoryPeak: number | undefined;
  changes: readonly FileChange[];
  /** The last lines of its output, neutralised. */
  output: readonly string[];
}

/** Before a process starts. */
export const NOTHING_SEEN: RunFacts = {
  ended: undefined,
  listeners: [],
  listeningMs: undefined,
  healthyMs: undefined,
  waitedMs: 0,
  answersOn: undefined,
  health: undefined,
  head: undefined,
  hosts: [],
  upgrade: undefined,
  api: undefined,
  stop: undefined,
  memoryPeak: undefined,
  changes: [],
  output: [],
};

/** What SIGTERM did. */
export interface Stop {
  /** Milliseconds until the process ended; undefined: it did not within `waitedMs`. */
  endedMs: number | undefined;
  waitedMs: number;
  /** The process has a handler for the signal; undefined: not known. */
  handled: boolean | undefined;
  /** Requests that were answered while it ran, and those in flight that were not. */
  answered: number;
  broken: number;
}
