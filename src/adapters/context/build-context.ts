import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UserError } from '../../errors.ts';
import type { BuildContext, ContextScan, FolderScan } from '../../ports.ts';
import { checkSubmodules } from './checkout-gaps.ts';
import { folderInside, requireInside } from './checkout-root.ts';
import { unchangedFiles } from './git-index.ts';
import { dockerfilesBelow } from './nearest-dockerfile.ts';
import { type ReadEntry, readEntries } from './read-entries.ts';
import { type ContextEntry, walkContext } from './walk.ts';

/** Build contexts on disk. */
export const diskContext: BuildContext = {
  async scan(contextDir: string, dockerfile: string): Promise<ContextScan> {
    await checkFolder(contextDir);
    const dockerfileText = await readDockerfile(contextDir, dockerfile);
    return { ...(await scanFolder(contextDir, dockerfile, 'the build context')), dockerfile: String(dockerfileText) };
  },
  requireInside,
  async scanNamed(named, border) {
    const folder = await folderInside(named, border);
    return { ...(await scanFolder(folder, undefined, named.key)), folder };
  },
};

/** @param name of the context, for messages */
async function scanFolder(folder: string, dockerfile: string | undefined, name: string): Promise<FolderScan> {
  const asking = unchangedFiles(folder);
  const entries = await walkContext(folder, dockerfile);
  await checkSubmodules(folder, entries, name);
  const read = await readEntries(folder, entries, await asking);
  checkPointers(read, name);
  const lines = read.map(({ entry, id }) => `${entry.kind}\0${permissionsOf(entry)}\0${entry.path}\0${id}\0`);
  return {
    digest: createHash('sha256').update(lines.join('')).digest('hex'),
    files: entries.filter((entry) => entry.kind !== 'folder').length,
    bytes: entries.reduce((sum, entry) => sum + entry.size, 0),
    credentials: read.flatMap(({ entry, credential }) =>
      credential === undefined ? [] : [{ path: entry.path, what: credential }],
    ),
    history: entries.some((entry) => entry.path === '.git'),
  };
}

function permissionsOf({ executable, ownMode }: ContextEntry): string {
  return `${executable ? 'x' : ''}${ownMode?.toString(8) ?? ''}`;
}

/**
 * A file of Git LFS that was not fetched would get into the image in place of its content.
 * @throws UserError that names the files
 */
function checkPointers(read: readonly ReadEntry[], name: string): void {
  const [first, ...others] = read.filter(({ pointer }) => pointer).map(({ entry }) => entry.path);
  if (first === undefined) return;
  throw new UserError(`${name} holds a pointer of Git LFS in place of a file: ${first}`, {
    details: others.slice(0, 10).map((path) => `and ${path}`),
    remedy:
      'Check out with `lfs: true` (actions/checkout), or run `git lfs pull` before. If the build does not need the file, add it to .dockerignore. Nothing was built.',
  });
}

async function checkFolder(contextDir: string): Promise<void> {
  const found = await stat(contextDir).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new UserError(`build context ${shown(contextDir)} is not a folder`, {
    remedy: 'Check the repository out before (actions/checkout), or correct `context` or `working-directory`.',
  });
}

async function readDockerfile(contextDir: string, dockerfile: string): Promise<Buffer> {
  try {
    return await readFile(dockerfile);
  } catch (cause) {
    const inside = !relative(process.cwd(), contextDir).startsWith('..');
    const below = [...(inside ? [process.cwd()] : []), contextDir].flatMap((folder) =>
      dockerfilesBelow(folder).map((path) => shown(join(folder, path))),
    );
    const [nearest, ...others] = [...new Set(below)];
    throw new UserError(`there is no Dockerfile at ${shown(dockerfile)}`, {
      cause,
      ...(others.length > 0 ? { details: others.slice(0, 5).map((path) => `also found: ${path}`) } : {}),
      remedy:
        nearest === undefined
          ? 'Write one, or name it by `dockerfile` of the image in slipway.yml, or by the input `dockerfile`.'
          : `Did you mean ${nearest}? Name it by \`dockerfile\` of the image in slipway.yml, or by the input \`dockerfile\`.`,
    });
  }
}

function shown(path: string): string {
  return relative(process.cwd(), path) || '.';
}
