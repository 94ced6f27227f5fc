import { EnvironmentError, messageOf } from '../../errors.ts';
import type { Checkout } from '../../event/local.ts';
import { git } from './git.ts';

/**
 * The commit, branch and origin of a folder under git, for a run by hand.
 * @throws EnvironmentError when git is missing or the folder has no commit
 */
export async function readCheckout(folder: string): Promise<Checkout & { dirty: boolean }> {
  try {
    return {
      sha: await git(folder, 'rev-parse', '--verify', 'HEAD'),
      branch: await optional(git(folder, 'symbolic-ref', '--short', 'HEAD')),
      origin: await optional(git(folder, 'remote', 'get-url', 'origin')),
      dirty: (await git(folder, 'status', '--porcelain')) !== '',
    };
  } catch (cause) {
    throw new EnvironmentError(`${folder} is not a git checkout with a commit`, {
      details: [messageOf(cause)],
      remedy:
        'Outside of GitHub, Slipway reads the commit from the checkout: run in one, or set the GITHUB_* variables.',
      cause,
    });
  }
}

/** Absolute path of the checkout around a folder; undefined outside of a checkout. */
export function rootOf(folder: string): Promise<string | undefined> {
  return optional(git(folder, 'rev-parse', '--show-toplevel'));
}

/** Full id of the checked-out commit; undefined outside of a checkout. */
export function headOf(folder: string): Promise<string | undefined> {
  return optional(git(folder, 'rev-parse', '--verify', 'HEAD'));
}

async function optional(output: Promise<string>): Promise<string | undefined> {
  return (await output.catch(() => '')) || undefined;
}
