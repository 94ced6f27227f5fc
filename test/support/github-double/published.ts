import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../../local/paths.ts';

const run = promisify(execFile);

export interface Published {
  /** An npm package that is too large to be installed; one file of it is kept. */
  package: string;
  version: string;
  /** Path in the archive, for example `package/schema.graphql`. */
  file: string;
}

/**
 * The path of a published file in the cache folder. Downloads it once.
 * @param name its name in the cache folder
 */
export async function published(
  { package: name, version, file }: Published,
  as: string,
  log: (line: string) => void = () => {},
): Promise<string> {
  const path = join(cacheDir, as);
  if (existsSync(path)) return path;
  await mkdir(cacheDir, { recursive: true });
  log(`fetching ${name}@${version}, GitHub's description of its API, once …`);
  const folder = await mkdtemp(join(cacheDir, 'published-'));
  try {
    const options = { cwd: folder };
    const { stdout } = await run(
      'npm',
      ['pack', `${name}@${version}`, '--silent', '--pack-destination', folder],
      options,
    );
    await run('tar', ['-xzf', join(folder, stdout.trim().split('\n').at(-1) ?? ''), '-C', folder, file]);
    await rename(join(folder, file), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return path;
}

/** Writes a file in one step: of two test processes that prepare it, neither sees half a file. */
export async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
