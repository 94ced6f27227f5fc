import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the proxy asks for a login, as registries do. @see https://distribution.github.io/distribution/spec/auth/token/ */
export interface ProxyLogin {
  kind: 'basic' | 'bearer';
  username: string;
  password: string;
  /** Number of requests for which a token is good. */
  tokenUses?: number;
  /** Gives tokens for reading alone, and refuses a request for more. */
  readOnly?: boolean;
}

interface Fault {
  matches: RegExp;
  times: number;
  status: number;
  headers: OutgoingHttpHeaders;
  body: string;
}

/** What the beginning of a request counts for a cut: as much as some of its content, so that cuts meet all kinds of requests. */
const REQUEST_WEIGHT = 8 * 1024;

/** A proxy in front of a real registry that refuses what it is told to refuse, and records every request. */
export class RegistryProxy {
  /** METHOD path status, in order. */
  readonly requests: string[] = [];
  private readonly faults: Fault[] = [];
  private cutAfter = Number.POSITIVE_INFINITY;
  private passed = 0;
  private onCut: () => void = () => undefined;
  private readonly tokens = new Map<string, number>();
  private readonly upstream: string;
  private readonly login: ProxyLogin | undefined;
  private readonly server = createServer((incoming, outgoing) => this.handle(incoming, outgoing));

  private constructor(upstream: string, login: ProxyLogin | undefined) {
    this.upstream = upstream;
    this.login = login;
  }

  /** @param upstream host:port of the real registry */
  static async start(upstream: string, login?: ProxyLogin): Promise<RegistryProxy> {
    const proxy = new RegistryProxy(upstream, login);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** host:port, as it stands in image references; on 127.0.0.1 Docker takes plain HTTP. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers the next `times` requests whose "METHOD path" matches with a status. */
  fail(matches: RegExp, times: number, status: number, headers: OutgoingHttpHeaders = {}, body = ''): void {
    this.faults.push({ matches, times, status, headers, body });
  }

  /**
   * Cuts every connection once this many bytes of requests have passed (8 KiB for the beginning of each), in the middle of
   * whatever is under way; from then on it answers nobody, until `heal`.
   */
  cut(bytes: number, onCut: () => void): void {
    this.passed = 0;
    this.cutAfter = bytes;
    this.onCut = onCut;
  }

  /** @returns the bytes of requests that passed since `cut` */
  heal(): number {
    this.cutAfter = Number.POSITIVE_INFINITY;
    return this.passed;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const asked = `${incoming.method} ${incoming.url}`;
    if (!this.counted(REQUEST_WEIGHT)) return;
    outgoing.once('finish', () => this.requests.push(`${asked} ${outgoing.statusCode}`));
    const fault = this.faults.find((one) => one.times > 0 && one.matches.test(asked));
    if (fault) {
      fault.times--;
      incoming.resume();
      outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    } else if (incoming.url?.startsWith('/token')) this.giveToken(incoming, outgoing);
    else if (this.allowed(incoming)) this.forward(incoming, outgoing);
    else this.challenge(incoming, outgoing);
  }

  private allowed({ headers }: IncomingMessage): boolean {
    if (!this.login) return true;
    if (this.login.kind === 'basic') return headers.authorization === this.basic();
    const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
    const left = this.tokens.get(token) ?? 0;
    this.tokens.set(token, left - 1);
    return left > 0;
  }

  private challenge(incoming: IncomingMessage, outgoing: ServerResponse): void {
    incoming.resume();
    const bearer = `Bearer realm="http://${this.host}/token",service="proxy",scope="repository:x:pull"`;
    const header = this.login?.kind === 'bearer' ? bearer : 'Basic realm="proxy"';
    const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
    outgoing.writeHead(401, { 'www-authenticate': header, 'content-type': 'application/json' }).end(body);
  }

  private giveToken(incoming: IncomingMessage, outgoing: ServerResponse): void {
    incoming.resume();
    if (incoming.headers.authorization !== this.basic()) {
      outgoing.writeHead(401).end();
      return;
    }
    if (
      this.login?.readOnly &&
      /:[a-z,]*push[a-z,]*$/.test(new URL(incoming.url ?? '', 'http://x').searchParams.get('scope') ?? '')
    ) {
      const denied = { errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] };
      outgoing.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(denied));
      return;
    }
    const token = randomBytes(8).toString('hex');
    this.tokens.set(token, this.login?.tokenUses ?? 1_000);
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  }

  /** The Host header stays: the registry makes the addresses of its uploads from it. */
  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const [host, port] = this.upstream.split(':');
    const options = { host, port, method: incoming.method, path: incoming.url, headers: incoming.headers };
    const passed = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.once('close', () => incoming.complete || passed.destroy());
    incoming.on('data', (chunk: Buffer) => {
      if (this.counted(chunk.length)) passed.write(chunk);
      else passed.destroy();
    });
    incoming.on('end', () => passed.end());
  }

  /** Whether these bytes of a request may pass. */
  private counted(bytes: number): boolean {
    const was = this.passed < this.cutAfter;
    this.passed += bytes;
    if (this.passed < this.cutAfter) return true;
    this.server.closeAllConnections();
    if (was) this.onCut();
    return false;
  }

  private basic(): string {
    return `Basic ${Buffer.from(`${this.login?.username}:${this.login?.password}`).toString('base64')}`;
  }
}
