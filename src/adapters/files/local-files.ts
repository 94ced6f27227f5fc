import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnvironmentError, messageOf } from '../../errors.ts';
import type { Files, FoundFile } from '../../ports.ts';

/** The files of this machine. */
export const localFiles: Files = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new EnvironmentError(`${path} cannot be read: ${messageOf(cause)}`, { cause });
    }
  },

  async write(path, content) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    } catch (cause) {
      throw new EnvironmentError(`${path} cannot be written: ${messageOf(cause)}`, {
        remedy: 'Check that the folder is writable and that the disk has space left.',
        cause,
      });
    }
  },

  async list(path) {
    const root = await lstat(path).catch(() => undefined);
    if (root === undefined) return [];
    const paths = root.isDirectory() ? await filesBelow(path) : [path];
    const found = await Promise.all(paths.map(foundFile));
    return found.filter((file) => file !== undefined).sort((a, b) => (a.path < b.path ? -1 : 1));
  },

  remove: (path) => rm(path, { recursive: true, force: true }),

  exists: existsSync,
};

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function foundFile(path: string): Promise<FoundFile | undefined> {
  const info = await lstat(path);
  return info.isFile() ? { path, size: info.size, modifiedMs: info.mtimeMs } : undefined;
}
