import { lstat, readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { UserError } from '../../../../errors.ts';

/** More files than any chart or kustomization has. */
const MOST = 20_000;

/** The files that a render may read. */
export interface Checkout {
  /** Absolute path without symbolic links. */
  root: string;
  /** Absolute paths of the credentials of the step, which can lie in the checkout. */
  credentials: ReadonlySet<string>;
}

/** @param env the environment of the step, which names its files of credentials */
export async function checkoutAt(folder: string, env: NodeJS.ProcessEnv): Promise<Checkout> {
  const named = [
    env.GOOGLE_APPLICATION_CREDENTIALS,
    env.CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE,
    env.GOOGLE_GHA_CREDS_PATH,
    env.AWS_WEB_IDENTITY_TOKEN_FILE,
    ...(env.KUBECONFIG ?? '').split(':'),
    env.DOCKER_CONFIG && join(env.DOCKER_CONFIG, 'config.json'),
    join(homedir(), '.docker/config.json'),
  ].filter((path) => path !== undefined && path !== '');
  const real = await Promise.all(named.map((path) => realpath(path as string).catch(() => undefined)));
  return { root: await realpath(folder), credentials: new Set(real.filter((path) => path !== undefined)) };
}

/**
 * Refuses a file or a folder that leads out of the checkout, into `.git` or to credentials: its content would become part of
 * objects that code of the pull request can read.
 * @param what the key of slipway.yml, for messages
 * @throws UserError that names the file
 */
export async function requireInside(path: string, what: string, checkout: Checkout): Promise<void> {
  await walk(path, { what, checkout, seen: new Set() });
}

interface Walk {
  what: string;
  checkout: Checkout;
  /** Real paths. */
  seen: Set<string>;
}

async function walk(path: string, state: Walk): Promise<void> {
  const { what, checkout, seen } = state;
  const real = await realpath(path).catch(() => undefined);
  // A program reports what is missing in its own words.
  if (real === undefined || seen.has(real)) return;
  seen.add(real);
  if (seen.size > MOST) throw tooMany(what);
  const problem = problemOf(real, checkout);
  if (problem !== undefined) throw outside(what, path, problem, checkout);
  if (!(await lstat(real)).isDirectory()) return;
  for (const name of await readdir(real)) {
    if (name === '.git') throw atRoot(what, path, checkout);
    await walk(join(real, name), state);
  }
}

function problemOf(real: string, { root, credentials }: Checkout): string | undefined {
  if (real !== root && !real.startsWith(root + sep)) return 'leads out of the checkout';
  const parts = relative(root, real).split(sep);
  if (parts.includes('.git')) return 'leads into .git, which can hold the token of the step';
  // google-github-actions/auth writes gha-creds-<hex>.json into the workspace.
  const isCredentials = credentials.has(real) || /^gha-creds-[0-9a-f]+\.json$/.test(parts.at(-1) ?? '');
  return isCredentials ? 'holds credentials of the step' : undefined;
}

function outside(what: string, path: string, problem: string, { root }: Checkout): UserError {
  return new UserError(`${what}: ${shown(path, root)} ${problem}`, {
    remedy:
      'Keep everything that a review environment is made from in a folder of the repository, without links to files outside of it. Nothing was written.',
  });
}

function atRoot(what: string, path: string, { root }: Checkout): UserError {
  return new UserError(`${what}: ${shown(path, root) || '.'} is the root of a repository, with .git in it`, {
    details: ['A chart or a kustomization can read every file of its folder, and .git can hold the token of the step.'],
    remedy: 'Move it into a folder of its own, such as chart/ or deploy/. Nothing was written.',
  });
}

function tooMany(what: string): UserError {
  return new UserError(`${what}: more than ${MOST} files`, {
    remedy: 'Name a folder that holds what belongs to the objects, and nothing else.',
  });
}

function shown(path: string, root: string): string {
  return path.startsWith(root + sep) ? relative(root, path) : path;
}
