import type { Clock, Cluster, Log } from '../../ports.ts';

export interface IngressPorts {
  cluster: Cluster;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}
