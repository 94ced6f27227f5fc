import type { Builder, Clock, Containers, Files, Log } from '../../ports.ts';

/** What running tests in an image needs from the world. */
export interface TestPorts {
  images: Pick<Builder, 'inspect'>;
  containers: Containers;
  files: Files;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
}
