import type { KubeObject } from '../ports.ts';

/**
 * A Secret with its `stringData` as `data`, as the server stores it. Server-side apply removes a key of `data` that a later
 * apply lacks, but keeps a key of `stringData`. The server refuses values that are not text.
 */
export function withoutStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.kind !== 'Secret' || typeof stringData !== 'object' || stringData === null) return object;
  const entries = Object.entries(stringData);
  if (entries.some(([, value]) => typeof value !== 'string' && value !== null)) return object;
  const encoded = entries.map(([key, value]) => [key, Buffer.from(value ?? '').toString('base64')]);
  return { ...rest, data: { ...(object.data as object | undefined), ...Object.fromEntries(encoded) } } as KubeObject;
}
