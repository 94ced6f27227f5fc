import * as z from 'zod';
import { configSchema } from './schema.ts';

/** The parts of a JSON Schema that messages about slipway.yml use. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  items?: Schema;
  const?: unknown;
  enum?: unknown[];
  $ref?: string;
  $defs?: Record<string, Schema>;
}

let generated: Record<string, unknown> | undefined;

/** The JSON Schema of slipway.yml (draft 2020-12), generated from the one definition. */
export function jsonSchema(): Record<string, unknown> {
  generated ??= z.toJSONSchema(configSchema, { io: 'input' }) as Record<string, unknown>;
  return generated;
}

/** The alternatives for the whole file. */
function rootSchemas(): Schema[] {
  return alternatives(jsonSchema() as Schema);
}

/** The alternatives for the value at a key, or at an index of a list. */
function schemasBelow(schemas: readonly Schema[], step: string | number): Schema[] {
  return schemas.flatMap((schema) => {
    const child =
      typeof step === 'number'
        ? schema.items
        : (ownProperty(schema, step) ?? objectOrNone(schema.additionalProperties));
    return child ? alternatives(child) : [];
  });
}

/** The keys of the object at a path of the configuration. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  return [...new Set(schemasAt(path).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** The alternatives for the value at a path of the configuration. */
export function schemasAt(path: readonly PropertyKey[]): Schema[] {
  return path.reduce<Schema[]>(
    (level, step) => schemasBelow(level, typeof step === 'number' ? step : String(step)),
    rootSchemas(),
  );
}

const flattened = new WeakMap<Schema, Schema[]>();

/** A schema without references and unions. */
function alternatives(schema: Schema): Schema[] {
  const known = flattened.get(schema);
  if (known) return known;
  const target = schema.$ref ? ((jsonSchema() as Schema).$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}) : schema;
  const all = target.anyOf ? target.anyOf.flatMap(alternatives) : [target];
  flattened.set(schema, all);
  return all;
}

function ownProperty({ properties = {} }: Schema, key: string): Schema | undefined {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function objectOrNone(schema: Schema | boolean | undefined): Schema | undefined {
  return typeof schema === 'object' ? schema : undefined;
}
