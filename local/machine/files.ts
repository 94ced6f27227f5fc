import { readFile, writeFile } from 'node:fs/promises';

/** Leaves a file alone that says the same already: some programs end when their configuration is written anew. */
export async function writeChanged(path: string, text: string): Promise<void> {
  const now = await readFile(path, 'utf8').catch(() => undefined);
  if (now !== text) await writeFile(path, text);
}
