import { relative, resolve, sep } from 'node:path';
import { rootOf } from '../adapters/git/checkout.ts';
import { parseConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { EnvironmentError, UserError } from '../errors.ts';
import type { Bounds } from '../plan/review/bounds.ts';
import { configOfVariant } from '../plan/review/variant.ts';
import type { GitHub } from '../ports.ts';
import type { Run } from './context.ts';

/**
 * Reads slipway.yml of the default branch from GitHub, because the author of a pull request wrote the one of the
 * checkout.
 * @returns undefined for a run by hand, which has no repository on GitHub
 * @throws EnvironmentError if it cannot be read, UserError if it is broken; nothing was written
 */
export async function reviewBounds(
  run: Run,
  github: GitHub | undefined,
  variant: string | undefined,
): Promise<Bounds | undefined> {
  const { id, defaultBranch: branch } = run.event().repository;
  if (id === 0) return undefined;
  if (github === undefined) {
    throw new EnvironmentError(`what ${branch} allows a review environment cannot be read without a token`, {
      remedy: 'Pass the input `github-token`; the token of the job is enough, with the permission `contents: read`.',
    });
  }
  const { workingDirectory, config: file } = run.common;
  const root = await checkoutRoot(run);
  const path = relative(root, resolve(workingDirectory, file)).split(sep).join('/');
  const text = path.startsWith('../') ? undefined : await github.fileAt(path, branch);
  if (text === undefined) run.log.info(`${branch} has no ${path}: the defaults of Slipway bound this pull request`);
  return { branch, config: text === undefined ? undefined : parsed(text, `${branch}:${path}`, variant) };
}

/** Absolute folder of the checkout around the application. */
export async function checkoutRoot({ common: { workingDirectory }, env }: Run): Promise<string> {
  return (await rootOf(workingDirectory)) ?? env.GITHUB_WORKSPACE ?? workingDirectory;
}

function parsed(text: string, name: string, variant: string | undefined): Config {
  const config = readable(text, name);
  const isDeclared = variant !== undefined && Object.hasOwn(config.review?.variants ?? {}, variant);
  return configOfVariant(config, isDeclared ? variant : undefined);
}

function readable(text: string, name: string): Config {
  try {
    return parseConfig(text, name);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`what the default branch allows is not known: ${error.message}`, {
      details: [...error.details],
      remedy: 'Correct slipway.yml on the default branch first: it bounds what a pull request may ask for.',
      cause: error,
    });
  }
}
