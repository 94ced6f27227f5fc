import http from 'node:http';
import https from 'node:https';
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

const CONNECTIONS = 32;

/** HTTP to one API server over connections that are kept and shared. Knows nothing of Kubernetes. */
export class Transport {
  readonly connection: Connection;
  private readonly agent: http.Agent | https.Agent;
  private readonly secure: boolean;

  constructor(connection: Connection) {
    this.connection = connection;
    this.secure = connection.server.startsWith('https:');
    this.agent = agentOf(connection, this.secure);
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
    this.agent.destroy();
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
      const url = new URL(this.connection.server + request.path);
      const outgoing = (this.secure ? https : http).request(url, {
        method: request.method,
        agent: this.agent,
        headers: this.headersOf(request, authorization),
        // As an option it also counts while the connection is being made, which setTimeout does not.
        ...(request.idleMs ? { timeout: request.idleMs } : {}),
        ...(request.signal ? { signal: request.signal } : {}),
      });
      outgoing.on('response', (body) => resolve({ status: body.statusCode ?? 0, headers: body.headers, body }));
      outgoing.on('error', reject);
      outgoing.on('timeout', () => {
        outgoing.destroy(Object.assign(new Error('the API server went silent'), { code: 'ETIMEDOUT' }));
      });
      outgoing.end(request.body);
    });
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
  const options: https.AgentOptions = {
    keepAlive: true,
    maxSockets: CONNECTIONS,
    scheduling: 'lifo',
    ...(connection.ca ? { ca: connection.ca } : {}),
    ...(connection.cert ? { cert: connection.cert } : {}),
    ...(connection.key ? { key: connection.key } : {}),
    ...(connection.serverName ? { servername: connection.serverName } : {}),
    ...(connection.insecure ? { rejectUnauthorized: false } : {}),
  };
  const { proxy } = connection;
  if (secure) return proxy ? new HttpsProxyAgent({ ...options, proxy }) : new https.Agent(options);
  return proxy ? new HttpProxyAgent({ ...options, proxy }) : new http.Agent(options);
}
