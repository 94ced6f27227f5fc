/** Why a patch does not apply to an object: the end of a sentence that begins with the patch. */
export class PatchProblem extends Error {}

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
