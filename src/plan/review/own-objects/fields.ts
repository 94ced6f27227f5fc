/** Reading of objects whose form nobody has checked yet. */
export type Fields = Record<string, unknown>;

/** The fields of a value; none of a value that has none. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Templates are nested no deeper; the server refuses what lies below. */
const DEEPEST = 20;

/** The metadata of an object, and of the templates in it: of pods, of the Jobs of a CronJob, of claims. */
export function metadataIn(value: unknown, depth = 0): Fields[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  if (Array.isArray(value)) return value.flatMap((item) => metadataIn(item, depth + 1));
  const { metadata } = fields(value);
  const own = metadata === undefined ? [] : [fields(metadata)];
  return [...own, ...Object.values(value).flatMap((item) => metadataIn(item, depth + 1))];
}
