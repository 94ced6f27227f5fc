import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../../../local/paths.ts';
import { OPERATIONS } from './operations.ts';
import { type Description, slice } from './slice.ts';

const run = promisify(execFile);

/** The npm package with GitHub's own OpenAPI description. It is too large to be installed: one file of it is taken. */
const PACKAGE = '@octokit/openapi';
const VERSION = '23.0.2';
const FILE = 'package/generated/api.github.com.json';

/**
 * GitHub's description of its REST API, cut to the operations that the double serves. Downloaded once; the cut is kept in
 * the cache folder under a key of the version and of what was cut.
 */
export async function loadDescription(log: (line: string) => void = () => {}): Promise<Description> {
  const key = createHash('sha256').update(OPERATIONS.join()).digest('hex').slice(0, 8);
  const path = join(cacheDir, `github-openapi-${VERSION}-${key}.json`);
  if (!existsSync(path)) await prepare(path, log);
  return JSON.parse(await readFile(path, 'utf8')) as Description;
}

async function prepare(path: string, log: (line: string) => void): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const whole = join(cacheDir, `github-openapi-${VERSION}.json`);
  if (!existsSync(whole)) await download(whole, log);
  const cut = slice(JSON.parse(await readFile(whole, 'utf8')) as Description, OPERATIONS);
  await replace(path, JSON.stringify(cut));
}

async function download(whole: string, log: (line: string) => void): Promise<void> {
  log(`fetching ${PACKAGE}@${VERSION} (29 MB), GitHub's description of its API, once …`);
  const folder = await mkdtemp(join(cacheDir, 'openapi-'));
  try {
    const arguments_ = ['pack', `${PACKAGE}@${VERSION}`, '--silent', '--pack-destination', folder];
    const { stdout } = await run('npm', arguments_, { cwd: folder });
    await run('tar', ['-xzf', join(folder, stdout.trim().split('\n').at(-1) ?? ''), '-C', folder, FILE]);
    await rename(join(folder, FILE), whole);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two test processes may prepare it at the same time: neither sees half a file. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
