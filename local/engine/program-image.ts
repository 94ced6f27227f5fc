import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run } from '../machine/run.ts';
import { type Docker, docker } from './docker.ts';
import { digestOf } from './registry.ts';

/** Puts one static program into the registry as an image of nothing else; returns its reference. */
export async function programImage(
  engine: Docker,
  registry: string,
  program: string,
  tag = basename(dirname(program)),
): Promise<string> {
  const repository = `slipway/${basename(program)}`;
  const reference = `${registry}/${repository}:${tag}`;
  if (!(await digestOf(registry, repository, tag))) await make(engine, reference, program);
  return reference;
}

async function make(engine: Docker, reference: string, program: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-'));
  const tar = join(folder, 'image.tar');
  try {
    await run('tar', ['--owner=0', '--group=0', '-C', dirname(program), '-cf', tar, basename(program)]);
    await docker(engine, ['import', '--change', `ENTRYPOINT ["/${basename(program)}"]`, tar, reference]);
    await docker(engine, ['push', '--quiet', reference]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
