import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Actor } from './actor.ts';
import type { Api, ApiAnswer } from './api.ts';
import type { Identity } from './identity.ts';
import { renderPage } from './pages/pages.ts';
import type { World } from './world/world.ts';

/** As on a GitHub Enterprise Server, pages and API share a host. */
export const API_PREFIX = '/api/v3';
/** @see https://docs.github.com/enterprise-server/graphql/guides/forming-calls-with-graphql#the-graphql-endpoint */
const GRAPHQL_PATH = '/api/graphql';
/** Calls of the actor's methods from other processes. */
export const CONTROL_PREFIX = '/_double/';

export interface Parts {
  world: World;
  api: Api;
  actor: Actor;
  identity: Identity;
}

/** Listens on loopback; `parts` is asked for once the address is known, since every answer has it inside. */
export async function listen(
  port: number,
  parts: (url: string) => Parts,
): Promise<{ server: Server; url: string } & Parts> {
  let made: Parts | undefined;
  const server = createServer((request, response) => {
    if (made) serve(made, request, response).catch((error: unknown) => fail(response, error));
  });
  // Node closes a connection that was idle for 5 s, perhaps while a request is on its way: that one would be lost.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  made = parts(url);
  return { server, url, ...made };
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await readJson(request);
  if (url.pathname.startsWith(CONTROL_PREFIX)) return control(parts.actor, url, request, response, body);
  if (url.pathname.startsWith(API_PREFIX) || url.pathname === GRAPHQL_PATH)
    return answer(parts.api, url, request, response, body);
  const identity = parts.identity.answer(url, request.headers.authorization);
  if (identity) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(identity));
    return;
  }
  const page = renderPage(parts.world, decodeURIComponent(url.pathname));
  response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
  response.end(page ?? 'Not found');
}

function answer(api: Api, url: URL, request: IncomingMessage, response: ServerResponse, body: unknown): void {
  const path = url.pathname.slice(API_PREFIX.length);
  const method = request.method ?? 'GET';
  const asked = { method, path, query: url.searchParams, headers: request.headers, body };
  const result = url.pathname === GRAPHQL_PATH ? api.answerQuery(asked) : api.answer(asked);
  if (result.broken) {
    response.socket?.destroy();
    return;
  }
  response.writeHead(result.status, { ...headersOf(), ...linkOf(result, url, request), ...result.headers });
  response.end(result.body === undefined ? undefined : JSON.stringify(result.body));
}

function headersOf(): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4900',
    'x-ratelimit-used': '100',
    'x-ratelimit-resource': 'core',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 3_600),
  };
}

/** @see https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api#using-link-headers */
function linkOf({ next }: ApiAnswer, url: URL, request: IncomingMessage): Record<string, string> {
  if (!next) return {};
  const following = new URL(url.pathname + url.search, `http://${request.headers.host}`);
  following.searchParams.set('page', String(Number(url.searchParams.get('page') ?? 1) + 1));
  return { link: `<${following.href}>; rel="next"` };
}

async function control(
  actor: Actor,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
): Promise<void> {
  const name = url.pathname.slice(CONTROL_PREFIX.length) as keyof Actor;
  const method = Object.hasOwn(Object.getPrototypeOf(actor), name) ? actor[name] : undefined;
  if (request.method !== 'POST' || typeof method !== 'function' || !Array.isArray(body)) {
    response.writeHead(404).end();
    return;
  }
  const result: unknown = Reflect.apply(method, actor, body);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? null));
}

function fail(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}
