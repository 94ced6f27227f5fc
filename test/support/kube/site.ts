import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { Cluster } from '../../../src/ports.ts';
import type { Site } from '../../../src/stages/site.ts';
import { memoryLog } from './cluster.ts';

/** A site around a cluster: the real clock, a log in memory, a run that nobody cancels. */
export function siteOf(cluster: Cluster, own: Partial<Omit<Site, 'cluster'>> = {}): Site {
  return { cluster, clock: systemClock, log: memoryLog(), signal: new AbortController().signal, ...own };
}
