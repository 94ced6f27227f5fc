/** The parts of an OpenAPI 3.0 description that are read here. @see https://spec.openapis.org/oas/v3.0.3 */
export interface Description {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

export interface Operation {
  operationId: string;
  parameters?: unknown[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: unknown }> };
  responses: Record<string, unknown>;
}

/** The description with these operations only, and with the components that they refer to. */
export function slice(whole: Description, operations: readonly string[]): Description {
  const cut: Description = { openapi: whole.openapi, paths: {}, components: {} };
  const missing = new Set(operations);
  for (const [path, methods] of Object.entries(whole.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!missing.delete(operation.operationId)) continue;
      cut.paths[path] = { ...cut.paths[path], [method]: operation };
    }
  }
  if (missing.size > 0) throw new Error(`not in GitHub's description: ${[...missing].join(', ')}`);
  const pending: unknown[] = [cut.paths];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const reference of references(next)) {
      const [, , kind = '', name = ''] = reference.split('/');
      const group = cut.components[kind] ?? {};
      cut.components[kind] = group;
      if (name in group) continue;
      group[name] = whole.components[kind]?.[name];
      pending.push(group[name]);
    }
  }
  return cut;
}

function references(value: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(value, (key, inner: unknown) => {
    if (key === '$ref' && typeof inner === 'string') found.push(inner);
    return inner;
  });
  return found;
}
