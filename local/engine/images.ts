import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKey } from '../build/key.ts';
import { step } from '../machine/progress.ts';
import { succeeds } from '../machine/run.ts';
import { logsDir } from '../paths.ts';
import type { BaseImage, Platform } from '../types.ts';
import { importDebian } from './debian.ts';
import { type Docker, docker } from './docker.ts';
import { machinesGo, withGoContext } from './golang.ts';
import { recall, remember } from './image-records.ts';
import { digestOf } from './registry.ts';

const names: Record<BaseImage, string> = {
  debian: 'library/debian:bookworm-slim',
  python: 'library/python:3.11-flask',
  node: 'library/node:18',
  golang: 'library/golang:1',
  postgres: 'library/postgres:15',
  mariadb: 'library/mariadb:10.11',
  memcached: 'library/memcached:1.6',
  redis: 'library/redis:7',
};

const folder = (image: string): string => fileURLToPath(new URL(`../images/${image}`, import.meta.url));

/** Every base image in the registry and in the engine; returns their references by digest. */
export async function baseImages(
  engine: Docker,
  registry: string,
  builder: Promise<void> = Promise.resolve(),
): Promise<Record<BaseImage, string>> {
  const debian = await ensure(engine, registry, 'debian', 'bookworm', (tag) => importDebian(engine, tag));
  await builder;
  const references = { debian } as Record<BaseImage, string>;
  for (const image of ['python', 'node', 'postgres', 'mariadb', 'memcached', 'redis'] as const) {
    const key = await buildKey(folder(image), debian);
    references[image] = await ensure(engine, registry, image, key, (tag) =>
      build(engine, image, tag, [`BASE=${debian}`]),
    );
  }
  references.golang = await golang(engine, registry, debian);
  return references;
}

/** Does a description of a platform lack an image that this clone knows? It was brought up by an earlier one. */
export function lacksImages({ baseImages: known }: Pick<Platform, 'baseImages'>): boolean {
  return Object.keys(names).some((name) => !(name in known));
}

/** Makes an image unless the registry has what was made from the same sources before. */
async function ensure(
  engine: Docker,
  registry: string,
  image: BaseImage,
  key: string,
  make: (reference: string) => Promise<void>,
): Promise<string> {
  const [repository = '', tag = ''] = names[image].split(':');
  const reference = `${registry}/${repository}:${tag}`;
  const known = await recall(image, key);
  const digest = await digestOf(registry, repository, tag);
  if (!known || digest !== known) {
    await make(reference);
    await docker(engine, ['push', '--quiet', reference]);
    await remember(image, key, (await digestOf(registry, repository, tag)) ?? '');
  }
  await inEngine(engine, reference);
  return `${registry}/${repository}@${await digestOf(registry, repository, tag)}`;
}

async function inEngine(engine: Docker, reference: string): Promise<void> {
  const inspect = ['--host', engine.host, 'image', 'inspect', reference];
  if (!(await succeeds(engine.bin, inspect))) await docker(engine, ['pull', '--quiet', reference]);
}

/** The toolchain of this machine; pulled where it has none. */
async function golang(engine: Docker, registry: string, debian: string): Promise<string> {
  const go = await machinesGo();
  const key = await buildKey(folder('golang'), JSON.stringify([debian, go]));
  return ensure(engine, registry, 'golang', key, async (tag) => {
    if (go) {
      const args = [`BASE=${debian}`, `GOPROXY=${go.proxy}`];
      await withGoContext(folder('golang'), go, (context) => build(engine, 'golang', tag, args, context));
    } else {
      await docker(engine, ['pull', '--quiet', 'golang:1-bookworm']);
      await docker(engine, ['tag', 'golang:1-bookworm', tag]);
    }
  });
}

async function build(
  engine: Docker,
  image: BaseImage,
  reference: string,
  buildArgs: string[],
  context = folder(image),
): Promise<void> {
  const log = join(logsDir, `image-${image}.log`);
  const given = buildArgs.flatMap((value) => ['--build-arg', value]);
  const args = ['build', '--tag', reference, ...given, ...proxyArgs(), context];
  await step(`Build the base image ${image}`, () => docker(engine, args, { log }), { log });
}

/** A build reaches the package mirror the same way as this machine. */
function proxyArgs(): string[] {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'].filter((name) => process.env[name]);
  return names.flatMap((name) => ['--build-arg', name]);
}
