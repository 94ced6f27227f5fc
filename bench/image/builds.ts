import { type Application, deliver, repositoryOf, type Took, type Tool, type World } from './tools.ts';

export const CASES = ['cold', 'unchanged', 'one line', 'one of two images'] as const;
export type Case = (typeof CASES)[number];
export const TOOLS: readonly Tool[] = ['Slipway', 'docker buildx'];

export interface Seen {
  tool: Tool;
  of: Case;
  took: Took;
}

/** One round: every case, each for every tool before the next one. */
export async function buildRound(world: World, round: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  const salt = `${process.pid}-${round}`;
  const apps = new Map(TOOLS.map((tool) => [tool, applicationOf(tool, salt)]));
  const measure = async (of: Case | undefined, lines: Application['lines']) => {
    // The tools take turns at being the first.
    for (const tool of round % 2 === 0 ? TOOLS : [...TOOLS].reverse()) {
      const app = apps.get(tool) as Application;
      world.engine.empty();
      const took = await deliver[tool](world, { ...app, lines });
      console.error(`${of ?? 'both images, first'}, ${tool}: ${took.ready.toFixed(0)}, ${took.pushed.toFixed(0)} ms`);
      if (of !== undefined) seen.push({ tool, of, took });
    }
  };
  try {
    await measure('cold', { web: 'one' });
    await measure('unchanged', { web: 'one' });
    await measure('one line', { web: 'two' });
    await measure(undefined, { api: 'one', jobs: 'one' });
    await measure('one of two images', { api: 'one', jobs: 'two' });
    return seen;
  } finally {
    for (const app of apps.values()) for (const image of ['web', 'api', 'jobs']) await remove(world, app, image);
  }
}

function applicationOf(tool: Tool, salt: string): Application {
  return { name: `${tool === 'Slipway' ? 'slipway' : 'docker'}-${salt}`, salt: `${tool} ${salt}`, lines: {} };
}

/** Takes the manifests away: the registry keeps nothing of a benchmark. */
async function remove(world: World, app: Application, image: string): Promise<void> {
  const [, ...path] = repositoryOf(world, app, image).split('/');
  const api = `http://${world.platform.registry}/v2/${path.join('/')}`;
  const answer = await fetch(`${api}/tags/list`);
  const { tags } = answer.ok ? ((await answer.json()) as { tags: string[] | null }) : { tags: [] };
  const kinds = ['docker.distribution.manifest.v2', 'oci.image.manifest.v1', 'oci.image.index.v1'];
  const accept = kinds.map((kind) => `application/vnd.${kind}+json`).join(', ');
  for (const tag of tags ?? []) {
    const found = await fetch(`${api}/manifests/${tag}`, { method: 'HEAD', headers: { accept } });
    const digest = found.headers.get('docker-content-digest');
    if (digest) await fetch(`${api}/manifests/${digest}`, { method: 'DELETE' });
  }
}
