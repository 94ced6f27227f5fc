import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../paths.ts';

/** What each image was made from, and the digest that the registry gave it. */
interface Made {
  key: string;
  digest: string;
}

const file = join(cacheDir, 'images.json');

async function records(): Promise<Record<string, Made>> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  return JSON.parse(text) as Record<string, Made>;
}

export async function recall(image: string, key: string): Promise<string | undefined> {
  const made = (await records())[image];
  return made?.key === key ? made.digest : undefined;
}

export async function remember(image: string, key: string, digest: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  await writeFile(`${file}.part`, JSON.stringify({ ...(await records()), [image]: { key, digest } }, null, 2));
  await rename(`${file}.part`, file);
}
