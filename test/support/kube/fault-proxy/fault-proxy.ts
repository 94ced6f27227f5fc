import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../../../../src/adapters/kube/connection.ts';
import { bodyOf } from './answers.ts';
import { type Fault, isWatch, isWrite, matches, type Recorded, type Rule, unauthorized, type Which } from './rules.ts';

interface Active extends Rule {
  left: number;
  skip: number;
  until: number;
}

/**
 * A proxy in front of a real API server that makes go wrong what it is told to, and records every request. It speaks HTTP
 * to the client and signs in at the server as the given connection.
 */
export class FaultProxy {
  readonly requests: Recorded[] = [];
  private connections = 0;
  private readonly upstream: Connection;
  private readonly sockets = new Set<Socket>();
  private rules: Active[] = [];
  private away: 'refuse' | 'silent' | undefined;
  private accepted: Set<string> | undefined;
  private readonly server = createServer((incoming, outgoing) => void this.handle(incoming, outgoing));

  private constructor(upstream: Connection) {
    this.upstream = upstream;
    this.server.on('connection', (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      if (this.away === 'refuse') socket.destroy();
    });
  }

  static async start(upstream: Connection): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** What a client connects with; with `authorization` as a kubeconfig's user would give it. */
  connection(authorization?: Connection['authorization']): Connection {
    return { name: 'proxied', server: this.url, ...(authorization ? { authorization } : {}) };
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig for programs, in JSON, which is YAML. */
  kubeconfig(token?: string): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'proxied',
      contexts: [{ name: 'proxied', context: { cluster: 'proxied', user: 'proxied' } }],
      clusters: [{ name: 'proxied', cluster: { server: this.url } }],
      users: [{ name: 'proxied', user: token ? { token } : {} }],
    });
  }

  /** From now on this goes wrong. The function that comes back ends it. */
  break(rule: Rule): () => void {
    const { times = Number.POSITIVE_INFINITY, after = 0, forMs = Number.POSITIVE_INFINITY } = rule;
    const active = { ...rule, left: times, skip: after, until: Date.now() + forMs };
    this.rules.push(active);
    return () => {
      this.rules = this.rules.filter((one) => one !== active);
    };
  }

  /** The control plane is away: connections break and are refused, or nothing is answered. Ends by the function that comes back. */
  outage(how: 'refuse' | 'silent' = 'refuse'): () => void {
    this.away = how;
    if (how === 'refuse') for (const socket of this.sockets) socket.destroy();
    return () => {
      this.away = undefined;
      // Connections that were left without an answer are not taken up again.
      for (const socket of this.sockets) socket.destroy();
    };
  }

  /** Only these tokens are good from now on; undefined: everybody is let in again. */
  accept(tokens: readonly string[] | undefined): void {
    this.accepted = tokens && new Set(tokens.map((token) => `Bearer ${token}`));
  }

  /** Closes every open connection once, as a server that is stopped does. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /**
   * How many connections were tried until now, also those that nobody waits for any more: the server takes them in order, so
   * that all are counted when one of our own, which is not, has been refused. For an outage.
   */
  async connectionsTried(): Promise<number> {
    const own = connect((this.server.address() as AddressInfo).port, '127.0.0.1');
    own.on('error', () => undefined);
    await once(own, 'close');
    this.connections -= 1;
    return this.connections;
  }

  /** Every request that could have changed something. */
  writes(): string[] {
    return this.requests.filter(isWrite).map(({ method, path, status }) => `${method} ${path.split('?')[0]} ${status}`);
  }

  /** How many matching requests were made. */
  count(which: Which): number {
    return this.requests.filter((request) => matches(which, request)).length;
  }

  close(): Promise<void> {
    this.hangUp();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const asked: Recorded = { method: incoming.method ?? '', path: incoming.url ?? '', status: 0, at: Date.now() };
    this.requests.push(asked);
    const body = await bytesOf(incoming);
    const faults = this.faultsOf(asked, incoming);
    for (const fault of faults) {
      if (fault.kind === 'delay') await delay(fault.ms);
      if (fault.kind === 'drop') return void outgoing.destroy();
      if (fault.kind === 'answer') return answer(fault, asked, outgoing);
    }
    if (this.away === 'silent') return;
    this.forward({ asked, incoming, outgoing, body, faults });
  }

  private faultsOf(asked: Recorded, { headers }: IncomingMessage): Fault[] {
    if (this.accepted && !this.accepted.has(headers.authorization ?? '')) return [unauthorized];
    const hit = this.rules.filter((rule) => {
      if (rule.left <= 0 || Date.now() > rule.until || !matches(rule, asked)) return false;
      if (rule.skip-- > 0) return false;
      rule.left--;
      return true;
    });
    return hit.map(({ fault }) => fault);
  }

  private async forward({ asked, incoming, outgoing, body, faults }: Passing): Promise<void> {
    const { ca, cert, key, serverName, server } = this.upstream;
    const { host: _, connection: _1, authorization: _2, ...headers } = incoming.headers;
    const authorization = await this.upstream.authorization?.(false);
    const passed = (server.startsWith('https:') ? httpsRequest : httpRequest)(new URL(server + asked.path), {
      method: asked.method,
      headers: { ...headers, ...(authorization ? { authorization } : {}) },
      ...{ ca, cert, key, ...(serverName ? { servername: serverName } : {}) },
    });
    passed.on('response', (response) => {
      if (faults.some(({ kind }) => kind === 'lose')) {
        response.resume().on('end', () => outgoing.destroy());
        return;
      }
      asked.status = response.statusCode ?? 0;
      const changed = bodyOf(faults, outgoing);
      const { 'content-length': length, ...rest } = response.headers;
      outgoing.writeHead(asked.status, changed.length > 0 || length === undefined ? rest : response.headers);
      outgoing.flushHeaders();
      pipeline([response, this.gate(), ...changed, outgoing], () => response.destroy());
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    passed.end(body);
  }

  /** What an open stream says during a silent outage is lost with it. */
  private gate(): Transform {
    return new Transform({ transform: (part, _encoding, done) => done(null, this.away ? undefined : part) });
  }
}

interface Passing {
  asked: Recorded;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  body: Buffer;
  faults: Fault[];
}

function answer(fault: Extract<Fault, { kind: 'answer' }>, asked: Recorded, outgoing: ServerResponse): void {
  asked.status = fault.status;
  const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
  // The API server answers a watch with an expired version by an event when it is open already, else by a status.
  const type = isWatch(asked.path) || typeof fault.body !== 'string' ? 'application/json' : 'text/html';
  outgoing.writeHead(fault.status, { 'content-type': type, ...fault.headers }).end(text);
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
