import type { Builder, Clock, Files, Log, Registry } from '../../ports.ts';

/** The ports of push-to-registry. */
export interface PushPorts {
  images: Pick<Builder, 'inspect' | 'load' | 'removeImages'>;
  registry: Registry;
  files: Pick<Files, 'list' | 'read'>;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
}
