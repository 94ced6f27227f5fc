import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { step } from '../machine/progress.ts';
import { run } from '../machine/run.ts';
import { which } from '../machine/which.ts';
import { cacheDir, logsDir } from '../paths.ts';
import { type Docker, docker } from './docker.ts';

/** What a slim image does without. */
const trimmed = ['usr/share/doc', 'usr/share/man', 'usr/share/info', 'usr/share/locale', 'usr/share/lintian'];
const emptied = ['var/cache/apt', 'var/lib/apt/lists', 'var/log', 'tmp', 'run'];
const volatile = ['var/cache/ldconfig/aux-cache', 'etc/machine-id'];

/** Debian's base system as one layer: made from packages, or pulled where that is not possible. */
export async function importDebian(engine: Docker, reference: string): Promise<void> {
  if (!which('debootstrap')) {
    await docker(engine, ['pull', '--quiet', 'debian:bookworm-slim']);
    await docker(engine, ['tag', 'debian:bookworm-slim', reference]);
    return;
  }
  const folder = join(cacheDir, 'debian');
  const root = join(folder, 'root');
  const tar = join(folder, 'bookworm-slim.tar');
  const log = join(logsDir, 'debian.log');
  const remedy = 'check that this machine reaches its Debian mirror, then run the command again';
  if (!existsSync(tar)) {
    await step('Make the Debian base image', () => makeTar(root, tar, log), { log, remedy });
  }
  const command = [
    '--change',
    'CMD ["bash"]',
    '--change',
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ];
  await docker(engine, ['import', ...command, tar, reference]);
}

async function makeTar(root: string, tar: string, log: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  const variant = ['--variant=minbase', '--include=ca-certificates'];
  await run('debootstrap', [...variant, 'bookworm', root], { log });
  await useMachinesSources(root);
  for (const path of [...trimmed, ...volatile]) await rm(join(root, path), { recursive: true, force: true });
  for (const path of emptied) await empty(join(root, path));
  await packTar(root, tar, log);
  await rm(root, { recursive: true, force: true });
}

/** The image installs from where this machine installs, security updates included. */
async function useMachinesSources(root: string): Promise<void> {
  const sources = '/etc/apt/sources.list.d/debian.sources';
  if (!existsSync(sources) || !(await readFile(sources, 'utf8')).includes('bookworm')) return;
  await copyFile(sources, join(root, sources));
  await rm(join(root, 'etc/apt/sources.list'), { force: true });
}

async function empty(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** The same packages give the same bytes: order, owners and times are fixed. */
async function packTar(root: string, tar: string, log: string): Promise<void> {
  const { mtimeMs } = await stat(join(root, 'etc/debian_version'));
  const time = `@${Math.floor(mtimeMs / 1000)}`;
  const fixed = [
    '--sort=name',
    `--mtime=${time}`,
    '--numeric-owner',
    '--exclude=./dev/*',
    '--exclude=./proc/*',
    '--exclude=./sys/*',
  ];
  await run('tar', [...fixed, '-C', root, '-cf', `${tar}.part`, '.'], { log });
  await run('mv', [`${tar}.part`, tar]);
}
