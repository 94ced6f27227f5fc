import type { KindSchema, Schema } from '../../ports/open-api.ts';
import type { KubeObject } from '../../ports.ts';
import { isFields } from '../fields.ts';

/**
 * What the API server would refuse by the schema of the kind alone: unknown fields, wrong types, missing fields, and values that are not
 * in a list of them. Empty for an object that its schema permits; the server checks more.
 */
export function schemaProblems(object: KubeObject, { root, schemas }: KindSchema): string[] {
  const { status: _, ...written } = object;
  return problemsIn(written, root, '', (schema) => resolved(schema, schemas));
}

type Resolve = (schema: Schema) => Schema;

/** A schema with the ones that it refers to or consists of. */
function resolved(schema: Schema, schemas: KindSchema['schemas'], depth = 0): Schema {
  if (depth > 10) return {};
  const parts = [
    ...(schema.$ref === undefined ? [] : [schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}]),
    ...(schema.allOf ?? []),
  ].map((part) => resolved(part, schemas, depth + 1));
  return Object.assign({}, ...parts, schema);
}

function problemsIn(value: unknown, given: Schema, path: string, resolve: Resolve): string[] {
  // A null counts as an absent field.
  if (value === null || value === undefined) return [];
  const schema = resolve(given);
  if (isFree(schema)) return [];
  const wanted = schema.type;
  if (wanted !== undefined && !isOf(wanted, value))
    return [`${path}: must be ${article(wanted)}, is ${article(typeOf(value))}`];
  if (schema.enum && !schema.enum.includes(value))
    return [`${path}: must be one of ${schema.enum.map(String).join(', ')}`];
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    return value.flatMap((item, index) => problemsIn(item, items, `${path}[${index}]`, resolve));
  }
  return isFields(value) ? inFields(value, schema, path, resolve) : [];
}

/** A schema with alternatives is left to the server; quantities and ports, which are numbers or text, are among them. */
function isFree(schema: Schema): boolean {
  return (
    schema['x-kubernetes-int-or-string'] === true ||
    schema.format === 'int-or-string' ||
    schema.oneOf !== undefined ||
    schema.anyOf !== undefined
  );
}

function inFields(value: Record<string, unknown>, schema: Schema, path: string, resolve: Resolve): string[] {
  const { properties = {}, additionalProperties, required = [] } = schema;
  const inside = (name: string) => (path === '' ? name : `${path}.${name}`);
  const isClosed =
    schema.properties !== undefined && !additionalProperties && !schema['x-kubernetes-preserve-unknown-fields'];
  const missing = required
    .filter((name) => (value[name] ?? undefined) === undefined && resolve(properties[name] ?? {}).default === undefined)
    .map((name) => `${inside(name)}: required`);
  const others = Object.entries(value).flatMap(([name, inner]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known) return problemsIn(inner, known, inside(name), resolve);
    if (isClosed) return [`unknown field "${inside(name)}"`];
    return typeof additionalProperties === 'object'
      ? problemsIn(inner, additionalProperties, inside(name), resolve)
      : [];
  });
  return [...missing, ...others];
}

function isOf(type: string, value: unknown): boolean {
  const own = typeOf(value);
  return own === type || (type === 'number' && own === 'integer');
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'integer';
  return typeof value;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
