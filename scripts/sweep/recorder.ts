import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Connection } from '../../src/adapters/kube/connection.ts';
import type { KubeObject } from '../../src/ports.ts';
import { parseJson } from '../../src/text/json.ts';
import { keyOf } from './object-key.ts';

/** What the API server answered to one dry run of a write. */
export interface Answer {
  /** The object with the server's defaults; undefined if the server refused it. */
  object: KubeObject | undefined;
  /** The server's words; empty if it accepted the object. */
  refusal: string;
}

/**
 * A proxy in front of an API server that keeps the answer to each dry run of a write (`dryRun=All`), by object. kubectl, Helm and
 * Slipway speak through it, so that all of them are compared by what the server makes of their objects.
 */
export class Recorder {
  /** By `keyOf`. */
  readonly answers = new Map<string, Answer>();
  /** Paths of writes that were no dry run. A comparison must have none. */
  readonly written: string[] = [];
  private readonly upstream: Connection;
  private readonly server = createServer((incoming, outgoing) => void this.handle(incoming, outgoing));

  private constructor(upstream: Connection) {
    this.upstream = upstream;
  }

  static async start(upstream: Connection): Promise<Recorder> {
    const recorder = new Recorder(upstream);
    await new Promise<void>((resolve) => recorder.server.listen(0, '127.0.0.1', resolve));
    return recorder;
  }

  /** A kubeconfig in JSON, which is YAML. */
  kubeconfig(namespace: string): string {
    const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'recorded',
      contexts: [{ name: 'recorded', context: { cluster: 'recorded', user: 'recorded', namespace } }],
      clusters: [{ name: 'recorded', cluster: { server } }],
      users: [{ name: 'recorded', user: {} }],
    });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    const { ca, cert, key, serverName, server } = this.upstream;
    const { host: _, connection: _1, authorization: _2, 'accept-encoding': _3, ...headers } = incoming.headers;
    const authorization = await this.upstream.authorization?.(false);
    const passed = (server.startsWith('https:') ? httpsRequest : httpRequest)(new URL(server + incoming.url), {
      method: incoming.method,
      headers: { ...headers, ...(authorization ? { authorization } : {}) },
      ...{ ca, cert, key, ...(serverName ? { servername: serverName } : {}) },
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    passed.on('response', async (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      if (!isWrite(incoming)) return response.pipe(outgoing);
      const answer = await bytesOf(response);
      this.keep(incoming, body, answer, response.statusCode ?? 502);
      outgoing.end(answer);
    });
    passed.end(body);
  }

  private keep({ url = '', method }: IncomingMessage, body: Buffer, answer: Buffer, status: number): void {
    const dryRun = new URL(url, 'http://server').searchParams.get('dryRun') === 'All';
    if (!dryRun) return void this.written.push(`${method} ${url}`);
    const sent = objectIn(body);
    const got = objectIn(answer);
    if (status < 400) {
      if (got?.metadata?.name !== undefined) this.answers.set(keyOf(got), { object: got, refusal: '' });
      return;
    }
    const refusal = (got as { message?: string } | undefined)?.message ?? `HTTP ${status}`;
    const refused = sent?.metadata?.name === undefined ? url.split('?')[0] : keyOf(sent);
    if (refused && !this.answers.get(refused)?.object) this.answers.set(refused, { object: undefined, refusal });
  }
}

/** Reviews of permissions are questions, although they are sent by POST. */
function isWrite({ method = '', url = '' }: IncomingMessage): boolean {
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) && !/\/(self)?subject\w+reviews\b/.test(url);
}

function objectIn(body: Buffer): KubeObject | undefined {
  try {
    return parseJson(body.toString('utf8')) as KubeObject;
  } catch {
    return undefined;
  }
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
