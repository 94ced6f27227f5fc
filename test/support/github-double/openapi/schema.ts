type Schema = Record<string, unknown>;

/**
 * A schema of OpenAPI 3.0 as JSON Schema: `nullable` also beside $ref, enum and oneOf, where ajv does not know it.
 * @see https://spec.openapis.org/oas/v3.0.3#schema-object
 */
export function toJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (schema === null || typeof schema !== 'object') return schema;
  const { nullable, example: _example, examples: _examples, ...rest } = schema as Schema;
  const converted = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key === 'enum' ? value : toJsonSchema(value)]),
  );
  return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
}

/**
 * The names of an object's properties that a schema documents; undefined when it allows any.
 * @param resolve finds what a $ref stands for
 */
export function documentedKeys(schema: unknown, resolve: (reference: string) => unknown): Set<string> | undefined {
  if (schema === null || typeof schema !== 'object') return undefined;
  const { $ref, properties, additionalProperties, allOf, anyOf, oneOf } = schema as Schema;
  if (typeof $ref === 'string') return documentedKeys(resolve($ref), resolve);
  if (additionalProperties !== undefined && additionalProperties !== false) return undefined;
  const keys = new Set(Object.keys((properties as Schema | undefined) ?? {}));
  for (const part of [allOf, anyOf, oneOf].flat()) {
    if (part === undefined || (part as Schema).type === 'null') continue;
    const inner = documentedKeys(part, resolve);
    if (!inner && !isRequiredOnly(part)) return undefined;
    for (const key of inner ?? []) keys.add(key);
  }
  return keys.size > 0 ? keys : undefined;
}

/** `anyOf: [{ required: [a] }, { required: [b] }]` says which combinations are right, not what there is. */
function isRequiredOnly(part: unknown): boolean {
  return Object.keys(part as Schema).every((key) => key === 'required');
}
