import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type { Connection } from './connection.ts';
import { NoCredential } from './failure.ts';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds of silence (on the way to the server, before the headers, between parts of the body): then it is broken. */
  idleMs?: number;
}

export interface HttpResponse {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: http.IncomingMessage;
}

/** 32 requests at a time (stages/pool.ts), and the streams beside them. */
const CONNECTIONS = 64;

/** HTTP to one API server over connections that are kept and shared. Knows nothing of Kubernetes. */
export class Transport {
  readonly connection: Connection;
  private opened: http.Agent | https.Agent | undefined;
  private readonly guarded = new WeakSet<Socket>();
  private readonly secure: boolean;
  private readonly request: typeof https.request;
  private readonly server: https.RequestOptions;
  /** Of `server`, without a slash at the end. */
  private readonly prefix: string;

  constructor(connection: Connection) {
    this.connection = connection;
    this.secure = connection.server.startsWith('https:');
    this.request = this.secure ? https.request : http.request;
    const { hostname, port } = urlToHttpOptions(new URL(connection.server));
    this.server = { hostname, port };
    this.prefix = new URL(connection.server).pathname.replace(/\/$/, '');
  }

  /**
   * One request; a 401 is tried once more with a renewed credential.
   * @param accepted the server has taken a credential of ours before
   * @throws Node's error when there is no answer; a NoCredential when there is nothing to sign in with
   */
  async send(request: HttpRequest, accepted = false): Promise<HttpResponse> {
    const response = await this.sendOnce(request, await this.credential(false, accepted));
    if (response.status !== 401) return response;
    const renewed = await this.credential(true, accepted);
    if (renewed === undefined) return response;
    response.body.resume();
    return this.sendOnce(request, renewed);
  }

  close(): void {
    this.opened?.destroy();
  }

  /** Made by the first request, so that a certificate that cannot be read is told as an error of that. */
  private agent(): http.Agent | https.Agent {
    this.opened ??= agentOf(this.connection, this.secure);
    return this.opened;
  }

  private async credential(renew: boolean, accepted: boolean): Promise<string | undefined> {
    try {
      return await this.connection.authorization?.(renew);
    } catch (error) {
      throw new NoCredential(error, accepted);
    }
  }

  private sendOnce(request: HttpRequest, authorization: string | undefined): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const outgoing = this.request({
        ...this.server,
        path: this.prefix + request.path,
        method: request.method,
        agent: this.agent(),
        headers: this.headersOf(request, authorization),
        // As an option it also counts while the connection is being made, which setTimeout does not.
        ...(request.idleMs ? { timeout: request.idleMs } : {}),
        ...(request.signal ? { signal: request.signal } : {}),
      });
      outgoing.on('response', (body) => resolve({ status: body.statusCode ?? 0, headers: body.headers, body }));
      outgoing.on('error', reject);
      outgoing.on('socket', (socket) => this.guard(socket));
      outgoing.on('timeout', () => {
        outgoing.destroy(Object.assign(new Error('the API server went silent'), { code: 'ETIMEDOUT' }));
      });
      outgoing.end(request.body);
    });
  }

  /**
   * A request that is aborted when its answer has come, and was not yet read, gives its connection back and breaks it in one:
   * Node then has nobody who listens to the error, and it would end the process. Who waits for the answer is told all the same.
   * @see https://github.com/nodejs/node/issues/65938
   */
  private guard(socket: Socket): void {
    if (this.guarded.has(socket)) return;
    this.guarded.add(socket);
    socket.on('error', () => undefined);
  }

  private headersOf(request: HttpRequest, authorization: string | undefined): Record<string, string> {
    return {
      accept: 'application/json',
      'user-agent': 'slipway',
      ...this.connection.headers,
      ...(authorization ? { authorization } : {}),
      ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
      ...request.headers,
    };
  }
}

function agentOf(connection: Connection, secure: boolean): http.Agent | https.Agent {
  const { ca, cert, key } = connection;
  const options: https.AgentOptions = {
    keepAlive: true,
    maxSockets: CONNECTIONS,
    scheduling: 'lifo',
    // Certificates are parsed once, not for each connection; and they stay out of the key by which a connection is found.
    ...(secure ? { secureContext: createSecureContext({ ca, cert, key }) } : {}),
    ...(connection.serverName ? { servername: connection.serverName } : {}),
    ...(connection.insecure ? { rejectUnauthorized: false } : {}),
  };
  const { proxy } = connection;
  if (secure) return proxy ? new HttpsProxyAgent({ ...options, proxy }) : new https.Agent(options);
  return proxy ? new HttpProxyAgent({ ...options, proxy }) : new http.Agent(options);
}
