/** Every text in a value, at any depth, without those under the named keys (in lower case). */
export function textsIn(value: unknown, without: ReadonlySet<string> = new Set(), depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 20) return [];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, without, depth + 1));
  return Object.entries(value).flatMap(([key, item]) =>
    without.has(key.toLowerCase()) ? [] : textsIn(item, without, depth + 1),
  );
}
