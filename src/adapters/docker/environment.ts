import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a container its variables. A file that only this user can read holds the values of one line, so no process list shows
 * them; it is deleted afterwards. Values of several lines become arguments, since such a file cannot hold them: slipway.yml has
 * them, for everybody to read. docker's own environment gets none: `LD_PRELOAD` or `DOCKER_HOST` would change docker.
 * @param use gets the options of `docker create`
 */
export async function withEnvironment<T>(
  variables: Record<string, string>,
  temp: string | undefined,
  use: (options: string[]) => Promise<T>,
): Promise<T> {
  const entries = Object.entries(variables);
  const folder = await mkdtemp(join(temp || tmpdir(), 'slipway-env-'));
  try {
    const file = join(folder, 'env');
    const lines = entries.filter(([, value]) => !LINE_BREAK.test(value)).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(file, lines.join(''), { mode: 0o600 });
    const others = entries
      .filter(([, value]) => LINE_BREAK.test(value))
      .map(([name, value]) => `--env=${name}=${value}`);
    return await use([`--env-file=${file}`, ...others]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const LINE_BREAK = /[\r\n]/;
