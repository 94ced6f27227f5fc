import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Raw } from './https-front.ts';
import type { Grant, Tokens } from './tokens.ts';

export interface ArtifactRegistryOptions {
  /** europe-west1-docker.pkg.dev */
  host: string;
  project: string;
  /** Names of the repositories that exist: unlike Container Registry, a push does not make one. */
  repositories: string[];
  tokens: Tokens;
  /** `repositories.uploadArtifacts` and `repositories.downloadArtifacts` → members. */
  allowed: Map<string, string[]>;
  /** host:port of the real registry behind it, in plain HTTP. */
  registry: string;
  /** Before a push is confirmed: the manifest that the registry has taken. */
  onManifest?(repository: string, digest: string): Promise<void>;
}

/**
 * Artifact Registry's Docker repositories: a Bearer challenge, `oauth2accesstoken` and an access token in exchange, IAM per
 * repository; images are kept by a real registry, under project/repository/image.
 * @see https://cloud.google.com/artifact-registry/docs/docker/authentication#token
 */
export function artifactRegistry(options: ArtifactRegistryOptions): Raw {
  /** Registry token → the access token that it was given for. */
  const sessions = new Map<string, string>();
  return (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', `https://${options.host}`);
    if (url.pathname === '/v2/token') return giveToken(options, sessions, incoming, outgoing);
    const bearer = (incoming.headers.authorization ?? '').replace(/^Bearer /, '');
    const grant = options.tokens.of(`Bearer ${sessions.get(bearer) ?? ''}`);
    if (!grant) {
      const challenge = `Bearer realm="https://${options.host}/v2/token",service="${options.host}"`;
      return refuse(outgoing, 401, 'UNAUTHORIZED', 'Unauthenticated request.', { 'www-authenticate': challenge });
    }
    const problem = url.pathname === '/v2/' ? undefined : whyNot(options, grant, incoming.method, url.pathname);
    if (problem) return refuse(outgoing, 403, 'DENIED', problem);
    pass(options, incoming, outgoing);
  };
}

function giveToken(
  { tokens }: ArtifactRegistryOptions,
  sessions: Map<string, string>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const [, encoded = ''] = (incoming.headers.authorization ?? '').split(' ');
  const login = Buffer.from(encoded, 'base64').toString('utf8');
  const [user, password] = [login.slice(0, login.indexOf(':')), login.slice(login.indexOf(':') + 1)];
  if (user !== 'oauth2accesstoken' || !tokens.has(password)) {
    refuse(outgoing, 401, 'UNAUTHORIZED', 'authentication failed');
    return;
  }
  const token = randomBytes(24).toString('base64url');
  sessions.set(token, password);
  outgoing.writeHead(200, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ token, expires_in: 3600 }));
}

/** What a token of these scopes may do, whatever IAM allows. @see https://cloud.google.com/artifact-registry/docs/deploy */
const WRITING = ['cloud-platform', 'devstorage.read_write', 'devstorage.full_control'].map(
  (scope) => `https://www.googleapis.com/auth/${scope}`,
);
const READING = [...WRITING, 'https://www.googleapis.com/auth/devstorage.read_only'];

/** IAM's answer, in Artifact Registry's words. */
function whyNot(
  options: ArtifactRegistryOptions,
  { members, scopes }: Grant,
  method: string | undefined,
  path: string,
): string | undefined {
  const [project, repository = ''] = path.replace('/v2/', '').split('/');
  const verb = method === 'GET' || method === 'HEAD' ? 'downloadArtifacts' : 'uploadArtifacts';
  if (!scopes.some((scope) => (verb === 'downloadArtifacts' ? READING : WRITING).includes(scope))) {
    return 'Request had insufficient authentication scopes.';
  }
  const exists = project === options.project && options.repositories.includes(repository);
  const permitted = options.allowed.get(`repositories.${verb}`)?.some((member) => members.includes(member));
  if (exists && permitted) return undefined;
  const resource = `projects/${project}/locations/europe-west1/repositories/${repository}`;
  return `Permission "artifactregistry.repositories.${verb}" denied on resource "${resource}" (or it may not exist)`;
}

/** The registry behind it makes its addresses from these headers. */
function pass(options: ArtifactRegistryOptions, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const [name, port] = options.registry.split(':');
  const { authorization: _, ...sent } = incoming.headers;
  const headers = { ...sent, host: options.host, 'x-forwarded-proto': 'https' };
  const { method, url: path = '' } = incoming;
  const inner = request({ host: name, port, method, path, headers }, (response) => {
    const digest = String(response.headers['docker-content-digest'] ?? '');
    const repository = /^\/v2\/(.+)\/manifests\/[^/]+$/.exec(path)?.[1];
    const taken = method === 'PUT' && response.statusCode === 201 && repository !== undefined;
    const told = taken ? options.onManifest?.(repository, digest) : undefined;
    Promise.resolve(told).then(
      () => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
      },
      () => outgoing.destroy(),
    );
  });
  inner.on('error', () => outgoing.destroy());
  incoming.pipe(inner);
}

function refuse(outgoing: ServerResponse, status: number, code: string, message: string, headers: object = {}): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
  outgoing.end(JSON.stringify({ errors: [{ code, message }] }));
}
