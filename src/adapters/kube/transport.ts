import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type { Connection } from './connection.ts';
import { NoCredential } from './failure.ts';

export interface KubeRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds of silence (connection, headers, between parts of the body) after which the request counts as broken. */
  idleMs?: number;
}

export interface HttpResponse {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: http.IncomingMessage;
}

/** 64 requests at a time (stages/pool.ts), and the streams. */
const CONNECTIONS = 96;

/** HTTP to one API server over kept and shared connections. Knows nothing of Kubernetes. */
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
   * Sends one request; retries a 401 once with a renewed credential.
   * @param accepted the server has accepted a credential of this run before
   * @throws Node's error when nothing answers; a NoCredential without a credential
   */
  async send(request: KubeRequest, accepted = false): Promise<HttpResponse> {
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

  /** Created by the first request, so that an unreadable certificate is an error of that request. */
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

  private sendOnce(request: KubeRequest, authorization: string | undefined): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const outgoing = this.request({
        ...this.server,
        path: this.prefix + request.path,
        method: request.method,
        agent: this.agent(),
        headers: this.headersOf(request, authorization),
        // As an option it also covers the connection itself, which setTimeout does not.
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
   * A request that is aborted between the arrival and the reading of its answer returns its connection to the agent and
   * destroys it. Node then has no listener for the error, which would end the process. The caller still gets the error.
   * @see https://github.com/nodejs/node/issues/65938
   */
  private guard(socket: Socket): void {
    if (this.guarded.has(socket)) return;
    this.guarded.add(socket);
    socket.on('error', () => undefined);
  }

  private headersOf(request: KubeRequest, authorization: string | undefined): Record<string, string> {
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
    // Parses the certificates once, and keeps them out of the key by which the agent finds a connection.
    ...(secure ? { secureContext: createSecureContext({ ca, cert, key }) } : {}),
    ...(connection.serverName ? { servername: connection.serverName } : {}),
    ...(connection.insecure ? { rejectUnauthorized: false } : {}),
  };
  const { proxy } = connection;
  if (secure) return proxy ? new HttpsProxyAgent({ ...options, proxy }) : new https.Agent(options);
  return proxy ? new HttpProxyAgent({ ...options, proxy }) : new http.Agent(options);
}
