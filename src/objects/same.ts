import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../ports.ts';

/**
 * Whether an apply would change nothing: the server's answer to the dry-run against the live object, without what the
 * server itself counts and dates.
 */
export function sameObject(live: KubeObject | undefined, dryRun: KubeObject): boolean {
  return live !== undefined && isDeepStrictEqual(comparable(live), comparable(dryRun));
}

function comparable(object: KubeObject): KubeObject {
  const { managedFields: _, resourceVersion: _1, generation: _2, ...metadata } = object.metadata;
  return { ...object, metadata };
}
