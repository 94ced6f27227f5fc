import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type IgnoreRules, ignoreRules, type Matched } from './ignore-rules.ts';
import { ownModes } from './own-modes.ts';

export interface ContextEntry {
  /** Relative to the context, with "/". */
  path: string;
  kind: 'file' | 'folder' | 'link';
  /** A file that its owner may execute: the one permission that Git keeps, while the umask of a machine decides the others. */
  executable: boolean;
  /** Permissions that neither Git nor the umask explains; undefined for all others, and for links. */
  ownMode: number | undefined;
  /** Bytes; 0 for folders. */
  size: number;
}

/** Entries after which the walk lets the program read what Git has written meanwhile: Git waits for it. */
const AT_A_TIME = 500;

/**
 * Everything in a context that .dockerignore does not exclude, sorted by path. Omits sockets and devices, which Docker does
 * not send to the builder.
 * @param dockerfile undefined: a named context, which no Dockerfile belongs to
 */
export async function walkContext(contextDir: string, dockerfile?: string): Promise<ContextEntry[]> {
  const rules = await readRules(contextDir, dockerfile);
  const entries: (ContextEntry & { mode: number })[] = [];
  const folders: { path: string; matched: Matched }[] = [{ path: '', matched: [] }];
  let pauseAt = AT_A_TIME;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    // Twenty thousand small requests cost less than their promises.
    for (const dirent of readdirSync(`${contextDir}/${folder.path}`, { withFileTypes: true })) {
      const path = folder.path === '' ? dirent.name : `${folder.path}/${dirent.name}`;
      const { ignored, matched } = rules.ignores(path, folder.matched);
      if (dirent.isDirectory() && (!ignored || rules.negates)) folders.push({ path, matched });
      const kind = kindOf(dirent);
      if (ignored || kind === undefined) continue;
      const { mode, size } = lstatSync(`${contextDir}/${path}`);
      const executable = kind === 'file' && (mode & 0o100) !== 0;
      entries.push({ path, kind, executable, ownMode: undefined, size: kind === 'folder' ? 0 : size, mode });
    }
    if (entries.length < pauseAt) continue;
    pauseAt = entries.length + AT_A_TIME;
    await setImmediate();
  }
  const permitted = entries
    .filter(({ kind }) => kind !== 'link')
    .map((entry) => ({ entry, executable: entry.executable || entry.kind === 'folder', mode: entry.mode }));
  for (const { entry } of ownModes(permitted)) entry.ownMode = entry.mode & 0o7777;
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * `<Dockerfile>.dockerignore` beside the Dockerfile wins over `.dockerignore` in the context.
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
async function readRules(contextDir: string, dockerfile: string | undefined): Promise<IgnoreRules> {
  const own = dockerfile && join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`);
  const text =
    (own === undefined ? undefined : await readFile(own, 'utf8').catch(() => undefined)) ??
    (await readFile(join(contextDir, '.dockerignore'), 'utf8').catch(() => ''));
  return ignoreRules(text);
}

function kindOf(dirent: Dirent): ContextEntry['kind'] | undefined {
  if (dirent.isFile()) return 'file';
  if (dirent.isDirectory()) return 'folder';
  return dirent.isSymbolicLink() ? 'link' : undefined;
}
