import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { glob } from './glob.ts';

/** The name of a build in the cache: the same sources and the same compiler give the same name. */
export async function buildKey(folder: string, compiler: string): Promise<string> {
  const hash = createHash('sha256').update(compiler);
  for (const file of await glob(folder)) hash.update(`\0${file.slice(folder.length)}\0`).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}
