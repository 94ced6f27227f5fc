import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../local/paths.ts';

const run = promisify(execFile);

export interface NodeVersion {
  major: number;
  /** As `node --version` tells it. */
  version: string;
  /** Folder to put first in PATH. */
  bin: string;
}

/** The versions that the bundle must run on: the oldest that hosted runners have, and the one of the runner itself. */
const PINNED: Record<number, string> = { 20: '20.20.2', 24: '24.21.0' };
/** To prove that an old one is refused. */
const TOO_OLD = '16.20.2';

/** A Node from npm (a plain binary in a package), installed once into the cache folder of the user. */
async function install(version: string): Promise<string> {
  const target = join(cacheDir, `node-${version}`);
  const name = `node-${process.platform}-${process.arch}`;
  const bin = join(target, 'node_modules', name, 'bin');
  if (existsSync(join(bin, 'node'))) return bin;
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(`${target}-`);
  try {
    // A folder without package.json: npm would otherwise look for one further up.
    const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', [...args, `${name}@${version}`]);
    await rename(folder, target).catch(async (error: NodeJS.ErrnoException) => {
      // Another test file was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return bin;
}

/** Node of this major version: the running one where it is that, else one from npm. */
export async function nodeVersion(major: number): Promise<NodeVersion> {
  const [own = ''] = process.versions.node.split('.');
  if (Number(own) === major) return { major, version: process.version, bin: dirname(process.execPath) };
  const version = PINNED[major];
  if (!version) throw new Error(`no version of Node ${major} is pinned`);
  return { major, version: `v${version}`, bin: await install(version) };
}

/** Every Node that the bundle is tested on. */
export function nodeVersions(): Promise<NodeVersion[]> {
  return Promise.all(Object.keys(PINNED).map((major) => nodeVersion(Number(major))));
}

/** One that is too old for Slipway. */
export async function oldNode(): Promise<NodeVersion> {
  return { major: 16, version: `v${TOO_OLD}`, bin: await install(TOO_OLD) };
}
