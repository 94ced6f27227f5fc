import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { documentedKeys, toJsonSchema } from './schema.ts';
import type { Description, Operation } from './slice.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: { type?: string };
}

export interface Route {
  operation: Operation;
  parameters: Record<string, string>;
}

/** Missing rights, missing objects and limits can come back from any operation and are not listed with each. */
const ANYWHERE = [401, 403, 404, 429];

/** Where GitHub answers otherwise than it describes: the head of a pull request whose fork was deleted has no repository. */
const GAPS = [/^pulls\/(get|list) 200(\/\d+)?\/head\/repo: must be object$/];

/**
 * Each component is compiled once and called, rather than written into every schema that refers to it, and the code is run
 * as it is written: a process makes a few requests, so that compiling is nearly all of the work.
 */
const CHEAP = { inlineRefs: false, validateSchema: false, code: { optimize: false } };

const METADATA = { $id: 'github' };

/** Holds requests and responses to GitHub's description. Every method answers what is wrong, in words; [] when nothing. */
export class Checker {
  private readonly description: Description;
  private readonly ajv = new Ajv({ ...CHEAP, strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly routes: { method: string; pattern: RegExp; operation: Operation }[] = [];

  constructor(description: Description) {
    this.description = description;
    formats.default(this.ajv);
    // Addresses that were never set are "" (their documented default), which no RFC 3986 address is.
    this.ajv.addFormat('uri', (text: string) => text === '' || URL.canParse(text));
    this.ajv.addSchema({ ...METADATA, components: toJsonSchema(description.components) });
    for (const [path, methods] of Object.entries(description.paths)) {
      const source = path.replace(/[.+]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+?)');
      for (const [method, operation] of Object.entries(methods)) {
        this.routes.push({ method: method.toUpperCase(), pattern: new RegExp(`^${source}$`), operation });
      }
    }
  }

  /** The operation of a request; undefined when the description (as it was cut) has none. */
  route(method: string, path: string): Route | undefined {
    for (const route of this.routes) {
      const match = route.method === method ? route.pattern.exec(path) : null;
      if (!match) continue;
      const parameters = Object.entries(match.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]);
      return { operation: route.operation, parameters: Object.fromEntries(parameters) };
    }
    return undefined;
  }

  request({ operation, parameters }: Route, query: URLSearchParams, body: unknown): string[] {
    const known = (operation.parameters ?? []).map((parameter) => this.resolve(parameter) as Parameter);
    const given = (place: string) => known.filter((parameter) => parameter.in === place);
    const problems = [...query.keys()]
      .filter((name) => !given('query').some((parameter) => parameter.name === name))
      .map((name) => `query parameter "${name}" is not documented`);
    for (const { name, schema, required, in: place } of known) {
      const text = place === 'query' ? query.get(name) : parameters[name];
      if (text === null || text === undefined) {
        if (required && place === 'query') problems.push(`query parameter "${name}" is missing`);
        continue;
      }
      const value = schema.type === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;
      problems.push(...this.validate(`${operation.operationId} ${place} ${name}`, schema, value));
    }
    return [...problems, ...this.body(operation, body)];
  }

  private body(operation: Operation, body: unknown): string[] {
    const media = operation.requestBody?.content['application/json'];
    if (!media) return body === undefined ? [] : ['a body is not documented'];
    if (body === undefined) return operation.requestBody?.required ? ['the body is missing'] : [];
    return [
      ...this.undocumented(media.schema, body, 'body'),
      ...this.validate(`${operation.operationId} body`, media.schema, body),
    ];
  }

  response(operation: Operation, status: number, body: unknown): string[] {
    const documented = operation.responses[String(status)];
    if (!documented) return ANYWHERE.includes(status) || status >= 500 ? [] : [`status ${status} is not documented`];
    const content = (this.resolve(documented) as { content?: Record<string, { schema?: unknown }> }).content;
    const schema = content?.['application/json']?.schema;
    if (!schema) return body === undefined ? [] : ['a response body is not documented'];
    return [
      ...this.undocumented(schema, body, 'response'),
      ...this.validate(`${operation.operationId} ${status}`, schema, body),
    ].filter((problem) => !GAPS.some((gap) => gap.test(problem)));
  }

  private undocumented(schema: unknown, value: unknown, what: string): string[] {
    if (Array.isArray(value)) {
      const { items } = this.resolve(schema) as { items?: unknown };
      return [...new Set(value.flatMap((item) => this.undocumented(items ?? {}, item, `${what} item`)))];
    }
    if (value === null || typeof value !== 'object') return [];
    const keys = documentedKeys(toJsonSchema(schema), (reference) => this.resolve({ $ref: reference }));
    if (!keys) return [];
    return Object.keys(value)
      .filter((key) => !keys.has(key))
      .map((key) => `${what} field "${key}" is not documented`);
  }

  private validate(name: string, schema: unknown, value: unknown): string[] {
    let check = this.compiled.get(name);
    if (!check) {
      check = this.ajv.compile(toJsonSchema(absolute(schema)) as object);
      this.compiled.set(name, check);
    }
    if (check(value)) return [];
    return (check.errors ?? []).map((error) => `${name}${error.instancePath}: ${error.message ?? error.keyword}`);
  }

  private resolve(value: unknown): unknown {
    const reference = (value as { $ref?: string }).$ref;
    if (!reference) return value;
    const [, , kind = '', name = ''] = reference.split('/');
    return this.description.components[kind]?.[name];
  }
}

/** References of a schema that is compiled by itself point into the description. */
function absolute(schema: unknown): unknown {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith('#') ? `${METADATA.$id}${value}` : value,
  );
  return JSON.parse(text);
}
