import { execFileSync } from 'node:child_process';
import { EnvironmentError, messageOf } from '../../errors.ts';
import type { Checkout } from '../../event/local.ts';

/**
 * The commit, branch and origin of a folder under git, for a run by hand.
 * @throws EnvironmentError when git is missing or the folder has no commit
 */
export function readCheckout(folder: string): Checkout & { dirty: boolean } {
  try {
    return {
      sha: git(folder, 'rev-parse', '--verify', 'HEAD'),
      branch: optional(folder, 'symbolic-ref', '--short', 'HEAD'),
      origin: optional(folder, 'remote', 'get-url', 'origin'),
      dirty: git(folder, 'status', '--porcelain') !== '',
    };
  } catch (cause) {
    throw new EnvironmentError(`${folder} is not a git checkout with a commit`, {
      details: [messageOf(cause)],
      remedy: 'Outside of GitHub the commit is read from the checkout: run in one, or set the GITHUB_* variables.',
      cause,
    });
  }
}

/** Absolute path of the checkout that a folder lies in; undefined where it lies in none. */
export function rootOf(folder: string): string | undefined {
  return optional(folder, 'rev-parse', '--show-toplevel');
}

/** Full id of the commit that is checked out; undefined where the folder lies in no checkout. */
export function headOf(folder: string): string | undefined {
  return optional(folder, 'rev-parse', '--verify', 'HEAD');
}

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

function optional(folder: string, ...args: string[]): string | undefined {
  try {
    return git(folder, ...args) || undefined;
  } catch {
    return undefined;
  }
}
