import type { IncomingHttpHeaders } from 'node:http';
import { type Fault, Faults, faultAnswer } from './faults.ts';
import { checkQuery, type GraphqlTypes } from './graphql/schema.ts';
import { handlers } from './handlers/index.ts';
import { notFound, type Reply } from './handlers/reply.ts';
import type { Checker, Route } from './openapi/checker.ts';
import type { OperationId } from './openapi/operations.ts';
import type { Shape } from './shape.ts';
import { lacking, type Tokens } from './tokens.ts';
import type { Account } from './world/types.ts';
import type { World } from './world/world.ts';

export interface ApiRequest {
  method: string;
  /** Without the prefix of the API. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** undefined when there was none. */
  body: unknown;
}

export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  body?: unknown;
  next?: boolean;
  /** The connection breaks in place of the answer. */
  broken?: boolean;
}

export interface Recorded {
  operation: string;
  method: string;
  path: string;
  body: unknown;
  status: number | 'broken';
  account: string;
}

const REFUSED = { documentation_url: 'https://docs.github.com/rest' };

/** GitHub's REST API over the double's world: checked, recorded, with the faults that were asked for. */
export class Api {
  readonly violations: string[] = [];
  readonly requests: Recorded[] = [];
  readonly faults = new Faults();
  private readonly checker: Checker;
  private readonly world: World;
  private readonly shape: Shape;
  private readonly tokens: Tokens;
  private readonly graphqlTypes: GraphqlTypes;

  constructor(checker: Checker, graphqlTypes: GraphqlTypes, world: World, shape: Shape, tokens: Tokens) {
    this.checker = checker;
    this.graphqlTypes = graphqlTypes;
    this.world = world;
    this.shape = shape;
    this.tokens = tokens;
  }

  answer(request: ApiRequest): ApiAnswer {
    const route = this.checker.route(request.method, request.path);
    if (!route) {
      this.violations.push(
        `${request.method} ${request.path}: not among the documented operations that the double serves`,
      );
      return this.recorded(request, 'unknown', { ...notFound, headers: {} });
    }
    const name = route.operation.operationId as OperationId;
    const wrong = this.checker.request(route, request.query, request.body);
    this.violations.push(...wrong.map((problem) => `${name}: ${problem}`));
    const fault = this.faults.take(name);
    const answer = this.afterFault(fault, () => this.handle(route, name, request, wrong));
    const unchecked = answer.broken || wrong.length > 0;
    for (const problem of unchecked ? [] : this.checker.response(route.operation, answer.status, answer.body)) {
      this.violations.push(`${name}, answer of the double: ${problem}`);
    }
    return this.recorded(request, name, answer);
  }

  /** GraphQL: `viewer`, which answers for every kind of token. @see https://docs.github.com/graphql/reference/queries#user */
  answerQuery(request: ApiRequest): ApiAnswer {
    const { query = '' } = (request.body ?? {}) as { query?: string };
    this.violations.push(...checkQuery(query, this.graphqlTypes).map((problem) => `graphql/viewer: ${problem}`));
    const answer = this.afterFault(this.faults.take('graphql/viewer'), () => {
      const token = this.tokens.of(request.headers.authorization);
      if (!token) return { status: 401, headers: {}, body: { ...REFUSED, message: 'Bad credentials' } };
      return { status: 200, headers: {}, body: { data: { viewer: { databaseId: token.account.id } } } };
    });
    return this.recorded(request, 'graphql/viewer', answer);
  }

  private afterFault(fault: Fault | undefined, handle: () => ApiAnswer): ApiAnswer {
    const answer = fault ? faultAnswer(fault, Date.now()) : undefined;
    if (answer) return answer;
    if (fault?.kind === 'no-answer') return { status: 0, headers: {}, broken: true };
    const handled = handle();
    return fault?.kind === 'lost-response' ? { ...handled, broken: true } : handled;
  }

  private handle(route: Route, name: OperationId, request: ApiRequest, wrong: string[]): ApiAnswer {
    const token = this.tokens.of(request.headers.authorization);
    if (!token) return { status: 401, headers: {}, body: { ...REFUSED, message: 'Bad credentials' } };
    const missing = lacking(token, name);
    if (missing !== undefined) {
      const headers: Record<string, string> = missing ? { 'x-accepted-github-permissions': missing } : {};
      return { status: 403, headers, body: { ...REFUSED, message: 'Resource not accessible by integration' } };
    }
    const { owner, repo } = route.parameters;
    const elsewhere = owner !== undefined && `${owner}/${repo}`.toLowerCase() !== this.world.fullName.toLowerCase();
    const reply: Reply = elsewhere ? notFound : this.reply(route, name, request, wrong, token.account);
    return { ...reply, headers: {} };
  }

  private reply(route: Route, name: OperationId, request: ApiRequest, wrong: string[], account: Account): Reply {
    if (wrong.length > 0) return { status: 422, body: { ...REFUSED, message: `Invalid request. ${wrong[0]}` } };
    return handlers[name]({
      world: this.world,
      shape: this.shape,
      account,
      parameters: route.parameters,
      query: request.query,
      body: (request.body ?? {}) as Record<string, unknown>,
    });
  }

  private recorded(request: ApiRequest, operation: string, answer: ApiAnswer): ApiAnswer {
    this.requests.push({
      operation,
      method: request.method,
      path: request.path,
      body: request.body,
      status: answer.broken ? 'broken' : answer.status,
      account: this.tokens.of(request.headers.authorization)?.account.login ?? '',
    });
    return answer;
  }
}
