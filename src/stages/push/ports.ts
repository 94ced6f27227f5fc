import type { Builder, Clock, Log, Registry } from '../../ports.ts';

/** What pushing an image needs from the world. */
export interface PushPorts {
  images: Pick<Builder, 'inspect' | 'load' | 'removeImages'>;
  registry: Registry;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
}
