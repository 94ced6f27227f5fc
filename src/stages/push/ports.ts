import type { Builder, Clock, Files, Log, Registry } from '../../ports.ts';

/** What pushing an image needs from the world. */
export interface PushPorts {
  images: Pick<Builder, 'inspect' | 'load' | 'removeImages'>;
  registry: Registry;
  files: Pick<Files, 'list' | 'read'>;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
}
