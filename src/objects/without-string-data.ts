import type { KubeObject } from '../ports.ts';

/**
 * A Secret with its `stringData` as `data`, which is what the server stores. Server-side apply removes a key of `data` that
 * is applied no longer; a key of `stringData` stays in the Secret. A value that is no text is left for the server to refuse.
 */
export function withoutStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.kind !== 'Secret' || typeof stringData !== 'object' || stringData === null) return object;
  const entries = Object.entries(stringData);
  if (entries.some(([, value]) => typeof value !== 'string' && value !== null)) return object;
  const encoded = entries.map(([key, value]) => [key, Buffer.from(value ?? '').toString('base64')]);
  return { ...rest, data: { ...(object.data as object | undefined), ...Object.fromEntries(encoded) } } as KubeObject;
}
