import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../ports.ts';

/**
 * Whether an apply would change nothing: compares the answer to the dry run with the live object, without the counters and
 * times of the server.
 */
export function sameObject(live: KubeObject | undefined, dryRun: KubeObject): boolean {
  return live !== undefined && isDeepStrictEqual(comparable(live), comparable(dryRun));
}

function comparable(object: KubeObject): KubeObject {
  const { managedFields: _, resourceVersion: _1, generation: _2, ...metadata } = object.metadata;
  return { ...object, metadata };
}
