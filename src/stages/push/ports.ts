import type { Builder, Clock, Files, Log, Referrers, Registry } from '../../ports.ts';
import type { WritePorts } from '../evidence/ports.ts';

/** The ports of push-to-registry. */
export interface PushPorts extends WritePorts {
  images: Pick<Builder, 'contents' | 'inspect' | 'load' | 'removeImages'>;
  referrers: Pick<Referrers, 'attach' | 'blob' | 'list'>;
  registry: Registry;
  files: Pick<Files, 'list' | 'read'>;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
}
