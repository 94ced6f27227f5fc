import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EnvironmentError, messageOf } from '../../errors.ts';
import type { Files } from '../../ports.ts';

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
};
