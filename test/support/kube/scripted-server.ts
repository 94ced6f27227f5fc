import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  body: string;
}

export type Answer = (request: Received, response: ServerResponse) => unknown;

/**
 * An HTTP server that answers as a test says: it plays what a real API server cannot be made to do on request (expired
 * versions, cut streams, throttling).
 */
export async function scriptedServer(
  answer: Answer,
): Promise<{ url: string; received: Received[]; close(): Promise<void> }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void read(request).then(async (one) => {
      received.push(one);
      await answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A refusal as the API server words it. */
export function refuse(
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
  details?: unknown,
): void {
  json(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details });
}

/** Answers discovery for Pods, Gauges and Deployments; false for everything else. */
export function discovery(request: Received, response: ServerResponse): boolean {
  const resource = (kind: string, name: string, namespaced = true) => ({ kind, name, namespaced });
  if (request.path === '/api/v1') {
    json(response, 200, { resources: [resource('Pod', 'pods'), resource('Gauge', 'gauges')] });
  } else if (request.path === '/apis/apps/v1') {
    json(response, 200, { resources: [resource('Deployment', 'deployments'), resource('Scale', 'deployments/scale')] });
  } else return false;
  return true;
}

async function read(request: IncomingMessage): Promise<Received> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    authorization: request.headers.authorization,
    body: Buffer.concat(parts).toString('utf8'),
  };
}
