import { lstat, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { EnvironmentError, messageOf } from '../../errors.ts';

/** What became of a file: written, or there already with the same text, or with another one. */
export type Written = 'written' | 'unchanged' | 'kept';

/**
 * Writes a file that does not exist. A file that exists, and a link in its place, stay as they are.
 * @param root absolute folder that the file must lie in, also after links of its folders
 * @throws EnvironmentError if it cannot be written
 */
export async function writeNew(root: string, path: string, text: string): Promise<Written> {
  const file = join(root, path);
  // A link or a device is not read: it may have no end.
  const info = await lstat(file).catch(() => undefined);
  if (info !== undefined && !info.isFile()) return 'kept';
  const existing = info && (await readFile(file, 'utf8').catch(() => undefined));
  if (existing !== undefined) return existing === text ? 'unchanged' : 'kept';
  try {
    const [folder, top] = [await nearest(dirname(file)), await realpath(root)];
    if (folder !== top && !folder.startsWith(top + sep)) throw new Error(`${dirname(path)} leads out of ${root}`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    return 'written';
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return 'kept';
    throw new EnvironmentError(`${path} cannot be written: ${messageOf(cause)}`, {
      remedy: 'Check that the folder is writable, or print the files by --dry-run.',
      cause,
    });
  }
}

/** The folder without links, or the nearest one above it that exists. */
async function nearest(folder: string): Promise<string> {
  return (await realpath(folder).catch(() => undefined)) ?? (await nearest(dirname(folder)));
}
