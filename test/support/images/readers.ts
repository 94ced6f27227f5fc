import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../../local/paths.ts';
import { has, installOnce, Unavailable } from '../../../scripts/lint-tools.ts';
import { skipUnless } from '../google/skip.ts';

const run = promisify(execFile);

const ORAS = 'v1.3.4';
const SPDX_TOOLS = '0.8.5';
const IN_TOTO = '0.9.3';

/** Programs of others that read what Slipway attaches to images. */
export interface Readers {
  /** @see https://oras.land */
  oras(...args: string[]): Promise<string>;
  /** Runs a script with spdx-tools and in-toto-attestation. */
  python(script: string, ...args: string[]): Promise<string>;
}

/** undefined where they cannot be installed, with the reason printed. @throws Error with CI=true */
export async function requireReaders(what: string): Promise<Readers | undefined> {
  try {
    const [oras, packages] = await Promise.all([installOras(), installPython()]);
    return {
      oras: async (...args) => (await run(oras, args)).stdout,
      python: async (script, ...args) => {
        const env = { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' };
        return (await run('python3', ['-W', 'ignore', '-c', script, ...args], { env })).stdout;
      },
    };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    skipUnless(what, error.message);
    return undefined;
  }
}

async function installOras(): Promise<string> {
  if (!has('go')) throw new Unavailable(`Go is not installed, and oras ${ORAS} is built with it`);
  const target = join(cacheDir, 'readers', `oras-${ORAS}`);
  await installOnce(target, (GOBIN) =>
    run('go', ['install', `oras.land/oras/cmd/oras@${ORAS}`], {
      env: { ...process.env, GOBIN, CGO_ENABLED: '0', GOFLAGS: '-modcacherw' },
    }),
  );
  return join(target, 'oras');
}

async function installPython(): Promise<string> {
  if (!has('python3')) throw new Unavailable('python3 is not installed, and spdx-tools is a Python package');
  const target = join(cacheDir, 'readers', `spdx-tools-${SPDX_TOOLS}-in-toto-${IN_TOTO}`);
  await installOnce(target, (folder) =>
    run('python3', [
      ...['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', '--target', folder],
      ...[`spdx-tools==${SPDX_TOOLS}`, `in-toto-attestation==${IN_TOTO}`],
    ]),
  );
  return target;
}
