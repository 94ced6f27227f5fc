import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../../scripts/build.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
/** What a user of the actions gets to run: no sources, no node_modules. */
const PUBLISHED = ['action.yml', 'actions', 'package.json'];

/** Digest of everything that the release is made from. */
async function sourceDigest(): Promise<string> {
  // The names of chunks depend on where the modules are.
  const hash = createHash('sha256').update(relative(root, await realpath(join(root, 'node_modules'))));
  for (const part of [...PUBLISHED, 'src', 'scripts/build.ts', 'package-lock.json']) {
    const entries = await readdir(join(root, part), { recursive: true, withFileTypes: true }).catch(() => undefined);
    const files = entries?.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)) ?? [join(root, part)];
    for (const file of files.sort()) hash.update(`${file.slice(root.length)}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Those of earlier states of the sources, once nobody can still be using them. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (!name.startsWith('slipway-released-')) continue;
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 6 * 3_600_000) await rm(folder, { recursive: true, force: true });
  }
}

async function release(): Promise<string> {
  const target = join(tmpdir(), `slipway-released-${await sourceDigest()}`);
  if (existsSync(target)) return target;
  await removeOld();
  const folder = await mkdtemp(`${target}-`);
  try {
    for (const part of PUBLISHED) await cp(join(root, part), join(folder, part), { recursive: true });
    await mkdir(join(folder, 'dist'));
    await bundle(join(folder, 'dist'));
    await rename(folder, target).catch((error: NodeJS.ErrnoException) => {
      // Another test file was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return target;
}

let made: Promise<string> | undefined;

/**
 * A folder as the runner downloads a released version: action.yml files, launcher and the unmodified bundle of the present
 * sources, far from the checkout. Built once per state of the sources.
 */
export function releasedActions(): Promise<string> {
  made ??= release();
  return made;
}
