import type { KubeObject } from '../../ports.ts';

/** A Secret as the server keeps it: `stringData` is only a way to write `data`. */
export function withoutStringData(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret' || typeof object.stringData !== 'object' || object.stringData === null) return object;
  const { stringData, ...rest } = object;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...rest, data: { ...(object.data as object | undefined), ...Object.fromEntries(encoded) } } as KubeObject;
}
