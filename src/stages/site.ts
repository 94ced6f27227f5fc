import type { Clock, Cluster, Log } from '../ports.ts';

/** An open cluster, and what working in it needs. */
export interface Site {
  cluster: Cluster;
  clock: Clock;
  log: Log;
  /** Aborts with a `Cancelled`; under a lease also with a `LeaseLost`. */
  signal: AbortSignal;
}
