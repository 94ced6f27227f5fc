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
