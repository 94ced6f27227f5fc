import { type Fields, fields } from '../../../objects/fields.ts';

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
