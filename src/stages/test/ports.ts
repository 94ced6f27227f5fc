import type { Builder, Clock, Containers, Files, Log } from '../../ports.ts';

/** The ports of run-tests. */
export interface TestPorts {
  images: Pick<Builder, 'inspect'>;
  containers: Containers;
  files: Files;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
}
