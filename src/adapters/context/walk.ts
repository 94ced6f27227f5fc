import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import dockerignore from '@balena/dockerignore';

export interface ContextEntry {
  /** Relative to the context, with "/". */
  path: string;
  kind: 'file' | 'folder' | 'link';
  /** A file that its owner may execute: the one permission that Git keeps, while the umask of a machine decides the others. */
  executable: boolean;
  /** Bytes; 0 for folders. */
  size: number;
}

/** Whether .dockerignore excludes this path. `prunes`: no rule includes anything below an excluded folder again. */
interface Filter {
  ignores(path: string): boolean;
  prunes: boolean;
}

/**
 * Everything in a context that .dockerignore does not exclude, sorted by path. Omits sockets and devices, which Docker does
 * not send to the builder.
 */
export async function walkContext(contextDir: string, dockerfile: string): Promise<ContextEntry[]> {
  const filter = await readFilter(contextDir, dockerfile);
  const entries: ContextEntry[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const dirent of await readdir(join(contextDir, folder), { withFileTypes: true })) {
      const path = folder === '' ? dirent.name : `${folder}/${dirent.name}`;
      const ignored = filter.ignores(path);
      if (dirent.isDirectory() && !(ignored && filter.prunes)) folders.push(path);
      const kind = kindOf(dirent);
      if (ignored || kind === undefined) continue;
      const { mode, size } = await lstat(join(contextDir, path));
      entries.push({
        path,
        kind,
        executable: kind === 'file' && (mode & 0o100) !== 0,
        size: kind === 'folder' ? 0 : size,
      });
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * `<Dockerfile>.dockerignore` beside the Dockerfile wins over `.dockerignore` in the context.
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
async function readFilter(contextDir: string, dockerfile: string): Promise<Filter> {
  const own = join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`);
  const text =
    (await readFile(own, 'utf8').catch(() => undefined)) ??
    (await readFile(join(contextDir, '.dockerignore'), 'utf8').catch(() => '')) ??
    '';
  const rules = dockerignore.default({ ignorecase: false }).add(text.replace(/^\uFEFF/, ''));
  return { ignores: (path) => rules.ignores(path), prunes: !/^[ \t]*!/m.test(text) };
}

function kindOf(dirent: Dirent): ContextEntry['kind'] | undefined {
  if (dirent.isFile()) return 'file';
  if (dirent.isDirectory()) return 'folder';
  return dirent.isSymbolicLink() ? 'link' : undefined;
}
