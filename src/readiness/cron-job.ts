import type { KubeObject } from '../ports.ts';
import { ready, type Verdict } from './verdict.ts';

/**
 * A CronJob.
 *
 * Ready when it exists: its schedule decides when it runs. A suspended one is ready with a warning.
 */
export function cronJob(object: KubeObject): Verdict {
  const { spec } = object as unknown as { spec: { schedule?: string; suspend?: boolean } };
  return spec.suspend
    ? ready('it is suspended', 'it is suspended and does not run')
    : ready(`runs at ${spec.schedule}`);
}
