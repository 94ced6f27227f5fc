/** Reading of objects whose form is not checked yet. */
export type Fields = Record<string, unknown>;

/** Whether a value is a map of names to values, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of a map; none of any other value. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The fields of each item of a list; empty for any other value. */
export function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

/** A text; empty for any other value. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
