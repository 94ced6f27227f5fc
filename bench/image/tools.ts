import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Platform } from '../../local/platform.ts';
import type { GitHubDouble } from '../../test/support/github-double/double.ts';
import { claimsOfJob, identityEnv } from '../../test/support/github-double/identity.ts';
import { scratchFolder } from '../../test/support/runner/scratch.ts';
import { yamlOf } from '../../test/support/yaml.ts';
import { onRunner } from '../on-runner.ts';
import { type Command, type Ran, succeed } from '../rollout/process.ts';
import { dockerfile, sources, writeAll } from './app.ts';
import type { OwnEngine } from './engine.ts';

export interface World {
  platform: Platform;
  engine: OwnEngine;
  github: GitHubDouble;
  repositoryId: number;
}

/** An application and its repositories, of one tool and one round. */
export interface Application {
  /** Part of the names of its repositories. */
  name: string;
  salt: string;
  /** Name of each image → the line of its sources that changes. */
  lines: Record<string, string>;
}

/** Milliseconds from the start of the first program. */
export interface Took {
  /** The image is built, or known to need no build. */
  ready: number;
  /** Its tag is in the registry. */
  pushed: number;
}

export type Tool = 'Slipway' | 'docker buildx';

export const repositoryOf = ({ platform }: World, { name }: Application, image: string) =>
  `${platform.registry}/bench-image/${name}/${image}`;

/** What each tool does for a push to main, on a machine whose engine is empty. */
export const deliver: Record<Tool, (world: World, app: Application) => Promise<Took>> = {
  Slipway: bySlipway,
  'docker buildx': byDocker,
};

async function filesOf(world: World, app: Application): Promise<Record<string, string>> {
  const images = Object.entries(app.lines).map(([image, line]) => {
    const files = {
      Dockerfile: dockerfile(world.platform.baseImages.debian, `${app.salt}-${image}`),
      ...sources(line),
    };
    return Object.entries(files).map(([file, text]) => [`${image}/${file}`, text] as const);
  });
  return Object.fromEntries(images.flat());
}

/** build-image and push-to-registry of one job, as the workflow starts them. */
async function bySlipway(world: World, app: Application): Promise<Took> {
  const { github, repositoryId } = world;
  const images = Object.keys(app.lines).map((image) => [
    image,
    { repository: repositoryOf(world, app, image), context: image },
  ]);
  const config = { app: 'bench', images: Object.fromEntries(images), deploy: { manifests: 'k8s' } };
  const event = github.actor.push('main');
  const files = { ...(await filesOf(world, app)), 'slipway.yml': yamlOf(config), 'k8s/app.yaml': '' };
  const inputs = { INPUT_CACHE: 'inline' };
  const first = await onRunner('build-image', { github, repositoryId, event, kubeconfig: '', inputs, files });
  const claims = claimsOfJob({
    ...{ repository: github.repository, repositoryId, event: 'push', ref: event.ref, sha: event.sha },
  });
  const build = { ...first, env: { ...first.env, ...world.engine.env, ...identityEnv(github.url, claims) } };
  const push = { ...build, args: [...build.args.slice(0, -1), 'push-to-registry'] };
  return took(await succeed([build]), () => succeed([push]));
}

async function byDocker(world: World, app: Application): Promise<Took> {
  const folder = join(scratchFolder(), randomUUID());
  await writeAll(folder, await filesOf(world, app));
  const run = (...args: string[]): Command => ({ file: 'docker', args, cwd: folder, env: world.engine.env });
  const references = Object.keys(app.lines).map((image) => [image, repositoryOf(world, app, image)] as const);
  const builds = references.map(([image, repository]) => {
    // The cache in the image: the engine of the platform cannot write another one into a registry.
    const cache = [`--cache-from=type=registry,ref=${repository}:main`, '--cache-to=type=inline'];
    const options = ['--load', ...cache, `--tag=${repository}:main`];
    return run('buildx', 'build', ...options, image);
  });
  const pushes = references.map(([, repository]) => run('push', `${repository}:main`));
  return took(await succeed(builds), () => succeed(pushes));
}

async function took(built: Ran, push: () => Promise<Ran>): Promise<Took> {
  const pushed = await push();
  return { ready: built.endedAt - built.startedAt, pushed: pushed.endedAt - built.startedAt };
}
