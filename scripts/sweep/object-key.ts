import type { KubeObject } from '../../src/ports.ts';

/** `Kind/name` or `Kind/namespace/name`; the version of the API is not a part, because a server converts versions. */
export function keyOf({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>): string {
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined && part !== '').join('/');
}
