import type { KubeObject } from '../ports.ts';
import { ready, type Verdict } from './verdict.ts';

/** A CronJob is ready at once: when it runs next is up to its schedule. */
export function cronJob(object: KubeObject): Verdict {
  const { spec } = object as unknown as { spec: { schedule?: string; suspend?: boolean } };
  return spec.suspend
    ? ready('it is suspended', 'it is suspended: it will not run')
    : ready(`runs at ${spec.schedule}`);
}
