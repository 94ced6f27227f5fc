import * as z from 'zod';
import { configSchema } from './schema.ts';

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  items?: Schema;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** The JSON Schema of slipway.yml (draft 2020-12), generated from the one definition. */
export function jsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: 'input' }) as Record<string, unknown>;
}

/** The keys that the schema knows for the object at a path of the configuration. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  const root = jsonSchema() as Schema;
  const resolve = (schema: Schema): Schema =>
    schema.$ref ? (root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}) : schema;
  const alternatives = (schema: Schema): Schema[] => {
    const resolved = resolve(schema);
    return resolved.anyOf ? resolved.anyOf.flatMap(alternatives) : [resolved];
  };
  let level: Schema[] = [root];
  for (const step of path) {
    level = level.flatMap((schema) => {
      const child =
        typeof step === 'number'
          ? schema.items
          : (schema.properties?.[String(step)] ??
            (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined));
      return child ? alternatives(child) : [];
    });
  }
  return [...new Set(level.flatMap((schema) => Object.keys(schema.properties ?? {})))];
}
