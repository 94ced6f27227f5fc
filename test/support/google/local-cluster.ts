import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';
import { load } from 'js-yaml';
import type { Platform } from '../../../local/platform.ts';
import type { Mint } from './tokens.ts';

interface Kubeconfig {
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: { name: string; cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { name: string; user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

export interface LocalCluster {
  /** Host and port of the real API server, and its authority (base64 of PEM, as GKE gives it). */
  host: string;
  port: number;
  ca: string;
  /** What the administrator's connections are made with. */
  tls: { ca: Buffer; cert: Buffer; key: Buffer };
  /**
   * One request as the administrator; rejects on a status of 400 and above.
   * @param headers beside what is usual, such as another content-type of a PATCH than server-side apply
   */
  admin(
    method: string,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Record<string, unknown>>;
}

/** Milliseconds for which an idle connection is kept: less than the API server's 90 s, so that it is never closed under a request. */
const IDLE_MS = 30_000;
/** To list every kind in a namespace is dozens of requests: a connection for each would cost more than all of them. */
const AT_ONCE = 8;

/** The local platform's cluster, reached as its administrator. @param user whom the administrator impersonates */
export function localCluster(platform: Platform, user?: string): LocalCluster {
  const config = load(readFileSync(platform.kubeconfig, 'utf8')) as Kubeconfig;
  const context = config.contexts.find(({ name }) => name === platform.context)?.context;
  const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const credentials = config.users.find(({ name }) => name === context?.user)?.user;
  if (!cluster || !credentials) throw new Error(`${platform.kubeconfig} has no context ${platform.context}`);
  const url = new URL(cluster.server);
  const plain = (text: string) => Buffer.from(text, 'base64');
  const tls = {
    ca: plain(cluster['certificate-authority-data']),
    cert: plain(credentials['client-certificate-data']),
    key: plain(credentials['client-key-data']),
  };
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, timeout: IDLE_MS, ...tls });
  return {
    host: url.hostname,
    port: Number(url.port || 443),
    ca: cluster['certificate-authority-data'],
    tls,
    admin: (method, path, body, more = {}) => {
      const headers = { ...more, ...(user ? { 'impersonate-user': user } : {}) };
      return ask(new URL(path, url), { agent, method, headers }, body);
    },
  };
}

type Asking = RequestOptions & { headers: Record<string, string> };

async function ask(url: URL, options: Asking, body?: object): Promise<Record<string, unknown>> {
  const text = body ? JSON.stringify(body) : '';
  const headers = {
    'content-type': options.method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json',
    // Node adds none to a DELETE, and its body would then be read as the next request on the connection.
    'content-length': String(Buffer.byteLength(text)),
    ...options.headers,
  };
  const outgoing = request(url, { ...options, headers });
  outgoing.end(text);
  const [response] = await once(outgoing, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  const answer = Buffer.concat(parts).toString('utf8');
  if (response.statusCode >= 400)
    throw new Error(`${options.method} ${url.pathname}: ${response.statusCode} ${answer}`);
  return JSON.parse(answer);
}

/** The Kubernetes user that stands for a Google identity: a ServiceAccount, which can have real tokens. */
export interface StandIn {
  namespace: string;
  name: string;
}

/**
 * Mints tokens that the real API server accepts: the tokens of a ServiceAccount, by the TokenRequest API. They live ten
 * minutes at least; a shorter life that Google gave them is not known to the cluster.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
export function clusterTokens(cluster: LocalCluster, standIns: ReadonlyMap<string, StandIn>): Mint {
  return async (member, seconds) => {
    const found = standIns.get(member) ?? standIns.get('*');
    if (!found) throw new Error(`nobody in the cluster stands for ${member}`);
    const path = `/api/v1/namespaces/${found.namespace}/serviceaccounts/${found.name}/token`;
    const spec = { expirationSeconds: Math.max(600, seconds) };
    const answer = await cluster.admin('POST', path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec,
    });
    return String(Object(answer.status).token);
  };
}

/** Passes connections on, byte for byte, so that TLS ends at the real server: GKE's addresses have no port but 443. */
export async function forward(
  address: string,
  port: number,
  to: { host: string; port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((incoming) => {
    const outgoing = connect(to.port, to.host);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
