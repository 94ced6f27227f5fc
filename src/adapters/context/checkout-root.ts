import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Border, NamedPath } from '../../ports.ts';

/** The folder of the checkout around a folder; undefined outside of one. */
export async function rootOf(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    if (await stat(join(at, '.git')).catch(() => undefined)) return at;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Refuses a path that leads out of the checkout of the working directory, by itself or by a link, or into `.git`. slipway.yml and the
 * links of a checkout may be those of a pull request, and files of the runner must not get into an image or a log. A path that does
 * not exist passes.
 * @throws UserError
 */
export async function requireInside({ path, key, byWorkflow }: NamedPath, border: Border): Promise<void> {
  const { workingDirectory } = border;
  const root = await rootWithin(border);
  if (byWorkflow === true && !isBelow(path, root)) return;
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return;
  const realRoot = await realpath(root);
  const outside = !isBelow(real, realRoot);
  if (!outside && !relative(realRoot, real).split(sep).includes('.git')) return;
  const shown = relative(workingDirectory, path) || '.';
  throw new UserError(`${key}: ${shown} leads ${outside ? 'out of the repository' : 'into .git'}`, {
    details: ['The image would hold files of the runner, such as its credentials.'],
    remedy: 'Name a path in the checkout, without links that lead out of it. Nothing was built.',
  });
}

/**
 * The real path of a folder that slipway.yml names.
 * @throws UserError for what is no folder, and as `requireInside`
 */
export async function folderInside(named: NamedPath, border: Border): Promise<string> {
  const real = await realpath(named.path).catch(() => undefined);
  if (real === undefined || !(await stat(real)).isDirectory()) {
    throw new UserError(`${named.key}: ${relative(border.workingDirectory, named.path) || '.'} is not a folder`, {
      remedy: 'Correct the path, which is relative to the working directory, or check its repository out before.',
    });
  }
  await requireInside(named, border);
  return real;
}

/** actions/checkout leaves no `.git` where the runner has no Git. */
async function rootWithin({ workingDirectory, workspace }: Border): Promise<string> {
  const root = await rootOf(workingDirectory);
  if (root !== undefined) return root;
  return workspace !== undefined && isBelow(workingDirectory, workspace) ? workspace : workingDirectory;
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
