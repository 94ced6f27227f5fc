import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { rootOf } from './checkout-root.ts';
import type { ContextEntry } from './walk.ts';

/** Bytes. @see https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer */
const LARGEST_POINTER = 1024;

/** Whether the content of a file is a pointer of Git LFS. */
export function isPointer(bytes: Buffer): boolean {
  return (
    bytes.length < LARGEST_POINTER &&
    bytes.toString('latin1').startsWith('version https://git-lfs.github.com/spec/v1\n')
  );
}

/**
 * A submodule that was not checked out is an empty folder, and would be one in the image.
 * @param name of the context, for messages
 * @throws UserError that names the submodules
 * @see https://git-scm.com/docs/gitmodules
 */
export async function checkSubmodules(
  contextDir: string,
  entries: readonly ContextEntry[],
  name: string,
): Promise<void> {
  const root = await rootOf(contextDir);
  if (root === undefined) return;
  const text = await readFile(join(root, '.gitmodules'), 'utf8').catch(() => '');
  const paths = [...text.matchAll(/^[ \t]{0,80}path[ \t]{0,80}=[ \t]{0,80}(\S.{0,4000})$/gm)].map(([, path = '']) =>
    path.trim(),
  );
  const folders = new Set(entries.filter(({ kind }) => kind === 'folder').map(({ path }) => path));
  const [first, ...others] = paths
    .map((path) => relative(contextDir, resolve(root, path)))
    .filter((path) => folders.has(path) && !entries.some((entry) => entry.path.startsWith(`${path}/`)));
  if (first === undefined) return;
  throw new UserError(`${name} holds a submodule that is not checked out: ${first}`, {
    details: others.map((path) => `and ${path}`),
    remedy:
      'Check out with `submodules: true` (actions/checkout), or run `git submodule update --init` before. If the build does not need it, add it to .dockerignore. Nothing was built.',
  });
}
