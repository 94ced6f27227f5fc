import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repositoryRoot } from '../../../local/demo/root.ts';
import type { MemoryRepository } from '../images/memory-repository.ts';
import { type Called, Discovery } from './discovery.ts';

const FILE = join(repositoryRoot, 'test', 'fixtures', 'google', 'artifactregistry-v1.json');
const PAGE = 3;

export interface ArtifactPackages {
  url: string;
  violations: string[];
  /** Verbs and names of all requests. */
  requests: string[];
  /** What the caller may do. */
  allowed: Set<string>;
  /** Answers of the next requests, in place of what they ask for. */
  failures: { status: number; headers?: Record<string, string>; message: string }[];
  close(): Promise<void>;
}

type Answer = { status: number; body: object; parts?: Record<string, string> };

/**
 * The API of Artifact Registry for one package, whose manifests are in memory: versions in pages, deletions as operations. As the
 * API, it deletes no version with a tag without `force`, and none that an index has.
 */
export async function startArtifactPackages(
  contents: MemoryRepository,
  name: string,
  token: string,
): Promise<ArtifactPackages> {
  const discovery = new Discovery(FILE);
  const double: Omit<ArtifactPackages, 'url' | 'close'> = {
    violations: discovery.violations,
    requests: [],
    allowed: new Set(['artifactregistry.tags.delete', 'artifactregistry.versions.delete']),
    failures: [],
  };
  const operations = new Map<string, { digest: string; asked: number }>();
  const world = { contents, name, operations, allowed: double.allowed };
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://double');
    const body = await text(incoming);
    double.requests.push(`${incoming.method} ${url.pathname}`);
    const failure = double.failures.shift();
    if (failure) return reply(outgoing, refusal(failure.status, failure.message), failure.headers);
    if (incoming.headers.authorization !== `Bearer ${token}`) return reply(outgoing, refusal(401, 'no such token'));
    const called = discovery.called(incoming.method ?? '', url, body);
    if (called === undefined) return reply(outgoing, refusal(404, 'not found'));
    const answer = await carriedOut(called, url.searchParams, body, world);
    if (answer.status === 200) discovery.answered(called, answer.body, answer.parts);
    reply(outgoing, answer);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...double,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

interface World {
  contents: MemoryRepository;
  /** projects/…/packages/… */
  name: string;
  operations: Map<string, { digest: string; asked: number }>;
  allowed: ReadonlySet<string>;
}

async function carriedOut(
  { method, name }: Called,
  query: URLSearchParams,
  body: string,
  world: World,
): Promise<Answer> {
  const last = decodeURIComponent(name.slice(name.lastIndexOf('/') + 1));
  switch (method) {
    case 'packages.versions.list':
      return name === world.name ? listed(query, world) : refusal(404, 'no such package');
    case 'packages.versions.delete':
      return deletion(last, query.get('force') === 'true', world);
    case 'packages.tags.delete':
      if (!world.contents.tags.delete(last)) return refusal(404, 'no such tag');
      return { status: 200, body: {} };
    case 'repositories.testIamPermissions': {
      const { permissions } = JSON.parse(body) as { permissions: string[] };
      const granted = permissions.filter((one) => world.allowed.has(one));
      return { status: 200, body: granted.length > 0 ? { permissions: granted } : {} };
    }
    default:
      return progress(name, world);
  }
}

function listed(query: URLSearchParams, { contents, name }: World): Answer {
  const all = [...contents.manifests.keys()].sort();
  const from = Number(query.get('pageToken') ?? 0);
  const time = '2026-01-05T10:00:00.000000Z';
  const versions = all
    .slice(from, from + Math.min(PAGE, Number(query.get('pageSize') ?? PAGE)))
    .map((digest) => ({ name: `${name}/versions/${digest}`, createTime: time, updateTime: time }));
  const next = from + versions.length;
  const more = next < all.length ? { nextPageToken: String(next) } : {};
  return { status: 200, body: { versions, ...more }, parts: { versions: 'Version' } };
}

function deletion(digest: string, force: boolean, { contents, operations, name }: World): Answer {
  if (!contents.manifests.has(digest)) return refusal(404, 'no such version');
  if (!force && [...contents.tags.values()].includes(digest)) return refusal(400, 'the version has tags');
  const operation = `${name.slice(0, name.indexOf('/repositories/'))}/operations/${operations.size}`;
  operations.set(operation, { digest, asked: 0 });
  return { status: 200, body: { name: operation, metadata: {} } };
}

/** Done when it is asked about for the second time. */
async function progress(name: string, { contents, operations }: World): Promise<Answer> {
  const operation = operations.get(name);
  if (operation === undefined) return refusal(404, 'no such operation');
  operation.asked++;
  if (operation.asked < 2) return { status: 200, body: { name } };
  const indexes = await Promise.all([...contents.manifests.keys()].map((digest) => contents.manifest(digest)));
  const parent = indexes.find((one) => one?.manifests.some(({ digest }) => digest === operation.digest));
  if (parent) {
    const error = { code: 9, message: `manifest is referenced by ${parent.digest}` };
    return { status: 200, body: { name, done: true, error }, parts: { error: 'Status' } };
  }
  await contents.deleteManifest(operation.digest);
  return { status: 200, body: { name, done: true, response: {} } };
}

function refusal(status: number, message: string): Answer {
  return { status, body: { error: { code: status, message } } };
}

function reply(outgoing: ServerResponse, { status, body }: Answer, headers: Record<string, string> = {}): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
  outgoing.end(JSON.stringify(body));
}
