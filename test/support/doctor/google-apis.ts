import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Provider {
  name: string;
  state: string;
  disabled?: boolean;
  attributeMapping: Record<string, string>;
  attributeCondition: string;
  oidc: { issuerUri: string };
}

interface Policy {
  version: number;
  etag: string;
  bindings: { role: string; members: string[] }[];
}

/** What Google has. Tests change it while the double runs. */
export interface GoogleWorld {
  providers: Map<string, Provider>;
  /** E-mail address → policy. */
  accounts: Map<string, Policy>;
  /** projects/…/repositories/… → format. */
  repositories: Map<string, string>;
  /** Permissions that this caller lacks. */
  denied: Set<string>;
}

export interface GoogleApis {
  url: string;
  world: GoogleWorld;
  /** Requests that change something. */
  writes: string[];
  requests: string[];
  close(): Promise<void>;
}

type Answer = { status: number; body: object };
const ok = (body: object): Answer => ({ status: 200, body });
const missing: Answer = { status: 404, body: { error: { code: 404, message: 'Not found', status: 'NOT_FOUND' } } };

/**
 * The REST APIs of IAM and Artifact Registry that `slipway doctor` reads and gcloud writes, on one loopback address.
 * @see https://cloud.google.com/iam/docs/reference/rest and https://cloud.google.com/artifact-registry/docs/reference/rest
 */
export async function startGoogleApis(): Promise<GoogleApis> {
  const world: GoogleWorld = { providers: new Map(), accounts: new Map(), repositories: new Map(), denied: new Set() };
  const [writes, requests]: [string[], string[]] = [[], []];
  const server = createServer((incoming, outgoing) => {
    void serve(world, incoming, outgoing, writes, requests);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    writes,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  world: GoogleWorld,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  writes: string[],
  requests: string[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const url = new URL(incoming.url ?? '/', 'http://double');
  const path = decodeURIComponent(url.pathname.replace('/v1/', ''));
  const [method = 'GET', body] = [incoming.method, text === '' ? {} : JSON.parse(text)];
  const isRead = method === 'GET' || /:(getIamPolicy|testIamPermissions)$/.test(path);
  requests.push(`${method} ${path}`);
  if (!isRead) writes.push(`${method} ${path}`);
  const { status, body: answer } = answerOf(world, method, path, url.searchParams, body);
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

function answerOf(world: GoogleWorld, method: string, path: string, query: URLSearchParams, body: object): Answer {
  const email = /^projects\/-\/serviceAccounts\/([^:]+):(get|set)IamPolicy$/.exec(path);
  if (email?.[1])
    return email[2] === 'get' ? policyOf(world, email[1]) : setPolicy(world, email[1], body as { policy: Policy });
  if (path.includes('/workloadIdentityPools/')) return providerOf(world, method, path, query, body);
  const created = /^projects\/([^/]+)\/serviceAccounts$/.exec(path);
  if (created) {
    const address = `${(body as { accountId: string }).accountId}@${created[1]}.iam.gserviceaccount.com`;
    world.accounts.set(address, { version: 1, etag: 'BwY=', bindings: [] });
    return ok({ email: address });
  }
  return repositoryOf(world, method, path, query, body);
}

function providerOf(world: GoogleWorld, method: string, path: string, query: URLSearchParams, body: object): Answer {
  const permission = 'iam.workloadIdentityPoolProviders.get';
  if (world.denied.has(permission)) return denied(permission, path);
  const provider = world.providers.get(path);
  if (provider === undefined) return missing;
  if (method === 'PATCH') {
    const [field = ''] = (query.get('updateMask') ?? '').split('.');
    Object.assign(provider, { [field]: (body as Record<string, unknown>)[field] });
    return ok({ name: `${path}/operations/1`, done: true, response: provider });
  }
  return ok(provider);
}

function policyOf(world: GoogleWorld, email: string): Answer {
  const permission = 'iam.serviceAccounts.getIamPolicy';
  if (world.denied.has(permission)) return denied(permission, email);
  const policy = world.accounts.get(email);
  return policy === undefined ? missing : ok(policy);
}

function setPolicy(world: GoogleWorld, email: string, { policy }: { policy: Policy }): Answer {
  world.accounts.set(email, policy);
  return ok(policy);
}

function repositoryOf(world: GoogleWorld, method: string, path: string, query: URLSearchParams, body: object): Answer {
  if (path.endsWith(':testIamPermissions')) {
    const { permissions = [] } = body as { permissions?: string[] };
    return ok({ permissions: permissions.filter((permission) => !world.denied.has(permission)) });
  }
  if (method === 'POST') {
    const name = `${path}/${query.get('repositoryId')}`;
    world.repositories.set(name, String((body as { format?: string }).format));
    return ok({ name: 'operations/1', done: true, response: { name } });
  }
  const format = world.repositories.get(path);
  return format === undefined ? missing : ok({ name: path, format });
}

/** IAM's words for a missing permission. */
function denied(permission: string, resource: string): Answer {
  const message = `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`;
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'IAM_PERMISSION_DENIED',
    metadata: { permission },
  };
  return { status: 403, body: { error: { code: 403, message, status: 'PERMISSION_DENIED', details: [info] } } };
}
