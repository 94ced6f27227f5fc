import { type Fields, fields, isFields, list, textOf } from '../../objects/fields.ts';
import { type Finding, finding, type Place } from '../finding.ts';

/** A description of an API. @see https://spec.openapis.org/oas/v3.1.1.html */
export type ApiDocument = Fields;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The document in a text; undefined where it is none. */
export function apiDocument(text: string): ApiDocument | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isDocument = isFields(parsed) && (parsed.openapi ?? parsed.swagger) !== undefined && isFields(parsed.paths);
    return isDocument ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What callers of the API before can no longer do.
 * @param where the process that serves it, and the environment that serves the API before
 */
export function apiFindings(
  where: Pick<Place, 'environment' | 'object'>,
  before: ApiDocument,
  after: ApiDocument,
): Finding[] {
  const own = operationsOf(after);
  return [...operationsOf(before)].flatMap(([name, operation]) => {
    const other = own.get(name);
    const changes = other === undefined ? ['it is gone'] : changesOf(operation, other);
    return changes.map((change) =>
      finding('breaks-api', {
        where,
        confidence: 'proven',
        seen: `${name}: ${change}`,
        remedy:
          'Keep it until nobody calls it, or offer it under a new path. Pods of both versions answer during a rollout, and pages that are open call what they know.',
        key: `${name} ${change}`,
      }),
    );
  });
}

/** An operation, as far as it is compared. */
interface Operation {
  /** `query limit` → whether it must be given. */
  parameters: ReadonlyMap<string, boolean>;
  bodyRequired: boolean;
  /** Properties that the JSON body must have. */
  bodyProperties: ReadonlySet<string>;
  /** Statuses of successful answers, `2XX` and `default` among them. */
  statuses: ReadonlySet<string>;
  /** Properties of the JSON of successful answers → their type, where it is a single one. */
  answerProperties: ReadonlyMap<string, string>;
  /** It is refused without an authentication. */
  secured: boolean;
}

/** `GET /users/{}` → the operation. The name of a part of the path is nothing that a caller sends. */
function operationsOf(document: ApiDocument): Map<string, Operation> {
  const all = new Map<string, Operation>();
  for (const [path, item] of Object.entries(fields(document.paths))) {
    const shared = list(fields(item).parameters);
    for (const method of METHODS) {
      const operation = fields(item)[method];
      if (!isFields(operation)) continue;
      all.set(`${method.toUpperCase()} ${withoutNames(path)}`, operationOf(operation, shared, document));
    }
  }
  return all;
}

/** A loop over the text: an expression for braces that do not close would take quadratic time. */
function withoutNames(path: string): string {
  return path
    .split('{')
    .map((part, index) => (index === 0 ? part : `{${part.slice(Math.max(0, part.indexOf('}')))}`))
    .join('');
}

function operationOf(operation: Fields, shared: readonly Fields[], document: ApiDocument): Operation {
  const given = [...shared, ...list(operation.parameters)].map((one) => resolved(one, document));
  // In version 2 the body is a parameter.
  const body = given.find((one) => one.in === 'body');
  const requestBody = resolved(operation.requestBody, document);
  const schema = resolved(body === undefined ? jsonSchema(requestBody) : body.schema, document);
  const answers = Object.entries(fields(operation.responses)).filter(([status]) => /^2/.test(status));
  return {
    parameters: new Map(
      given
        .filter((one) => one.in !== 'body' && one.in !== 'path')
        .map((one) => [`${textOf(one.in)} ${textOf(one.name)}`, one.required === true]),
    ),
    bodyRequired: (body ?? requestBody).required === true,
    bodyProperties: new Set(Array.isArray(schema.required) ? schema.required.map(String) : []),
    statuses: new Set(Object.keys(fields(operation.responses)).filter((status) => /^2|^default$/.test(status))),
    answerProperties: new Map(
      answers.flatMap(([, answer]) => {
        const found = resolved(answer, document);
        const properties = fields(resolved(found.schema ?? jsonSchema(found), document).properties);
        return Object.entries(properties).map(([name, one]) => [name, textOf(resolved(one, document).type)] as const);
      }),
    ),
    secured: isSecured(operation.security ?? document.security),
  };
}

/** Alternatives, of which an empty one needs nothing. */
function isSecured(security: unknown): boolean {
  const alternatives = list(security);
  return alternatives.length > 0 && alternatives.every((one) => Object.keys(one).length > 0);
}

function jsonSchema({ content }: Fields): unknown {
  return fields(fields(content)['application/json']).schema;
}

/** The object itself, or the one of the document that its `$ref` names. A reference of a reference is not followed. */
function resolved(value: unknown, document: ApiDocument): Fields {
  const reference = textOf(fields(value).$ref);
  if (!reference.startsWith('#/')) return fields(value);
  let found: unknown = document;
  for (const part of reference.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = Object.hasOwn(fields(found), name) ? fields(found)[name] : undefined;
  }
  return fields(found);
}

function changesOf(before: Operation, after: Operation): string[] {
  const required = [...after.parameters].filter(([name, isNeeded]) => isNeeded && before.parameters.get(name) !== true);
  const properties = [...after.bodyProperties].filter((name) => !before.bodyProperties.has(name));
  const gone = [...before.parameters.keys()].filter((name) => !after.parameters.has(name));
  const answers = [...before.answerProperties];
  const lost = answers.filter(([name]) => !after.answerProperties.has(name));
  const retyped = answers.flatMap(([name, was]) => {
    const is = after.answerProperties.get(name) ?? '';
    return was === '' || is === '' || is === was || (was === 'number' && is === 'integer') ? [] : [{ name, was, is }];
  });
  return [
    ...(after.secured && !before.secured ? ['it needs an authentication now'] : []),
    ...required.map(([name]) => `the ${name} must be given now`),
    ...(after.bodyRequired && !before.bodyRequired ? ['a body must be given now'] : []),
    ...properties.map((name) => `the body must have ${name} now`),
    ...gone.map((name) => `the ${name} is not taken any more`),
    ...[...before.statuses]
      .filter((status) => ![status, '2XX', 'default'].some((one) => after.statuses.has(one)))
      .map((status) => `it no longer answers with ${status}`),
    ...lost.map(([name]) => `the answer no longer has ${name}`),
    ...retyped.map(({ name, was, is }) => `${name} of the answer is of type ${is} now, and was ${was}`),
  ];
}
