import type { Builder, Clock, Files, Log, Referrers, Registry } from '../../ports.ts';
import type { WritePorts } from '../evidence/ports.ts';

/** The ports of push-to-registry. */
export interface PushPorts extends WritePorts {
  referrers: Pick<Referrers, 'attach' | 'blob'>;
  images: Pick<Builder, 'inspect' | 'load' | 'removeImages'>;
  registry: Registry;
  files: Pick<Files, 'list' | 'read'>;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
}
