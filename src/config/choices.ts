import type { core } from 'zod';
import * as z from 'zod';
import { configSchema } from './schema.ts';

/**
 * The alternatives for a value of slipway.yml. They come from the definition itself: every run reads a configuration, and only
 * messages need the JSON Schema, which takes longer to make than the rest of the reading.
 */
export type Choices = readonly core.$ZodTypes[];

/** The alternatives for the whole file. */
export function rootChoices(): Choices {
  return alternatives(configSchema);
}

/** The alternatives for the value at a key, or at an index of a list. */
export function choicesBelow(choices: Choices, step: string | number): Choices {
  return choices.flatMap((type) => {
    const child = typeof step === 'number' ? itemOf(type) : memberOf(type, step);
    return child === undefined ? [] : alternatives(child);
  });
}

/** Whether one of them is text, or null. */
export function takes(choices: Choices, what: 'text' | 'null'): boolean {
  return choices.some(({ _zod: { def } }) => {
    if (def.type === 'null') return what === 'null';
    if (def.type === 'string' || def.type === 'template_literal') return what === 'text';
    if (def.type !== 'literal' && def.type !== 'enum') return false;
    const values: unknown[] = def.type === 'literal' ? def.values : Object.values(def.entries);
    return values.every((value) => (what === 'null' ? value === null : typeof value === 'string'));
  });
}

const NOTHING: core.$ZodNull = z.null();
const flattened = new WeakMap<core.$ZodType, core.$ZodTypes[]>();

/** A definition without unions, and without what only changes the result. */
function alternatives(type: core.$ZodType): core.$ZodTypes[] {
  const known = flattened.get(type);
  if (known) return known;
  const all = split(type as core.$ZodTypes);
  flattened.set(type, all);
  return all;
}

function split(type: core.$ZodTypes): core.$ZodTypes[] {
  const { def } = type._zod;
  switch (def.type) {
    case 'union':
      return def.options.flatMap(alternatives);
    case 'lazy':
      return alternatives(def.getter());
    case 'pipe':
      // What is written comes first, unless it is changed before it is judged.
      return alternatives(def.in._zod.def.type === 'transform' ? def.out : def.in);
    case 'never':
      return [];
    case 'nullable':
      return [...alternatives(def.innerType), NOTHING];
    case 'optional':
    case 'nonoptional':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return alternatives(def.innerType);
    default:
      return [type];
  }
}

function itemOf({ _zod: { def } }: core.$ZodTypes): core.$ZodType | undefined {
  return def.type === 'array' ? def.element : undefined;
}

function memberOf({ _zod: { def } }: core.$ZodTypes, key: string): core.$ZodType | undefined {
  if (def.type === 'record') return def.valueType;
  if (def.type !== 'object') return undefined;
  return Object.hasOwn(def.shape, key) ? def.shape[key] : def.catchall;
}
