import type { Clock, Cluster, Log } from '../ports.ts';

/** What a stage waits for. */
export interface WaitCause {
  /** One sentence, with the name of the object. */
  what: string;
  /** What to change if the wait does not end. */
  remedy?: string | undefined;
}

/** Takes the cause of a wait as it is now, once the wait has lasted some seconds; undefined: nothing is known, or it is over. */
export type OnWaiting = (cause: WaitCause | undefined) => void;

/** An open cluster, and what working in it needs. */
export interface Site {
  cluster: Cluster;
  clock: Clock;
  log: Log;
  /** Aborts with a `Cancelled`; under a lease also with a `LeaseLost`. */
  signal: AbortSignal;
  onWaiting?: OnWaiting | undefined;
}
