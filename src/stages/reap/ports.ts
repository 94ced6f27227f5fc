import type { Clock, Cluster, GitHub, Log } from '../../ports.ts';

/** What the reaper works with. */
export interface ReapPorts {
  connect(): Promise<Cluster>;
  github: GitHub;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}
