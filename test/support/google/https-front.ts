import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Authority } from './authority.ts';

/** What a double got to see. */
export interface Call {
  host: string;
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Answer {
  status: number;
  json: object;
}

/** Answers one host name. undefined: not documented, which is recorded as a violation. */
export type Responder = (call: Call) => Promise<Answer | undefined> | Answer | undefined;

/** A handler that works on the streams themselves. */
export type Raw = (request: IncomingMessage, response: ServerResponse) => void;

/** How a host is played. */
export type Part = { respond: Responder } | { raw: Raw };

export interface Front {
  calls: Call[];
  violations: string[];
  port: number;
  close(): Promise<void>;
}

/** One TLS server that plays several hosts, on port 443 of a loopback address unless another port is wanted. */
export async function startFront(
  authority: Authority,
  address: string,
  hosts: ReadonlyMap<string, Part>,
  port = 443,
): Promise<Front> {
  const calls: Call[] = [];
  const violations: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const host = (request.headers.host ?? '').split(':')[0] ?? '';
    const part = hosts.get(host);
    if (part && 'raw' in part) return part.raw(request, response);
    const { method = '', url: path = '', headers } = request;
    const call = { host, method, path, headers, body: await textOf(request) };
    calls.push(call);
    const answer = await part?.respond(call);
    if (!answer) violations.push(`${method} https://${host}${path} is not documented`);
    response.writeHead(answer?.status ?? 404, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(JSON.stringify(answer?.json ?? {}));
  };
  const server = createServer(authority.issue([...hosts.keys(), address]), (request, response) => {
    serve(request, response).catch((error: unknown) => {
      violations.push(`${request.method} ${request.url}: the double failed: ${String(error)}`);
      response.destroy();
    });
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    calls,
    violations,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
