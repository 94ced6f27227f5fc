import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { UserError } from '../../errors.ts';

/** The folder of the checkout around a folder; undefined outside of one. */
export async function rootOf(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    if (await stat(join(at, '.git')).catch(() => undefined)) return at;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * The real path of a folder that slipway.yml names. slipway.yml may be that of a pull request, and a folder of the runner must not
 * get into an image.
 * @param key that names it, for messages
 * @param workingDirectory of the application: the folder must lie in the same checkout, and without a checkout below it
 * @throws UserError for what is no folder, leads out of the checkout, or into `.git`
 */
export async function folderInside(folder: string, key: string, workingDirectory: string): Promise<string> {
  const real = await realpath(folder).catch(() => undefined);
  const found = real === undefined ? undefined : await stat(real);
  const shown = relative(workingDirectory, folder) || '.';
  if (real === undefined || !found?.isDirectory()) {
    throw new UserError(`${key}: ${shown} is not a folder`, {
      remedy: 'Correct the path, which is relative to the working directory, or check its repository out before.',
    });
  }
  const root = await realpath((await rootOf(workingDirectory)) ?? workingDirectory);
  const outside = real !== root && !real.startsWith(root === sep ? sep : root + sep);
  if (!outside && !relative(root, real).split(sep).includes('.git')) return real;
  throw new UserError(`${key}: ${shown} leads ${outside ? 'out of the repository' : 'into .git'}`, {
    details: ['The image would hold files of the runner, such as its credentials.'],
    remedy: 'Name a folder of the checkout. Nothing was built.',
  });
}
