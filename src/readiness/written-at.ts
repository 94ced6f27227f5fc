import type { KubeObject } from '../ports.ts';

/** One entry of `metadata.managedFields`. */
interface Written {
  time?: string;
  subresource?: string;
}

/**
 * When the present version of an object was written, in milliseconds since the epoch, by the server's clock as the times of
 * events are; -1 where it is not known. Controllers write the status, and autoscalers the scale: neither is a new version.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function writtenAt({ metadata }: KubeObject): number {
  const entries = (metadata.managedFields ?? []) as Written[];
  const times = entries.filter(({ subresource }) => !subresource).map(({ time = '' }) => Date.parse(time) || 0);
  return Math.max(-1, ...times);
}
