import type { KubeObject } from '../ports.ts';

/** One entry of `metadata.managedFields`. */
interface Written {
  time?: string;
  subresource?: string;
}

/**
 * When the present version of an object was written: milliseconds since the epoch, by the clock of the server, as in events;
 * -1 when it is not known. A write of the status (controllers) or the scale (autoscalers) is no new version.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function writtenAt({ metadata }: KubeObject): number {
  const entries = (metadata.managedFields ?? []) as Written[];
  const times = entries.filter(({ subresource }) => !subresource).map(({ time = '' }) => Date.parse(time) || 0);
  return Math.max(-1, ...times);
}
