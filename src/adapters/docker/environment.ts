import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names whose value in docker's own environment would change what docker does. */
const DOCKERS_OWN = /^(DOCKER_|BUILDX_|BUILDKIT_|COMPOSE_|(HTTPS?|NO|ALL)_PROXY$|SSH_|HOME$|PATH$|TMPDIR$)/i;

/**
 * Gives a container its variables without showing their values in the process list: through a file that only we can read
 * and that is gone afterwards; values of several lines, which such a file cannot hold, through docker's own environment.
 * @param use gets the options of `docker create` and what its environment needs
 */
export async function withEnvironment<T>(
  variables: Record<string, string>,
  temp: string | undefined,
  use: (options: string[], env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const entries = Object.entries(variables);
  const inherited = entries.filter(([name, value]) => value.includes('\n') && !DOCKERS_OWN.test(name));
  const written = entries.filter((entry) => !inherited.includes(entry));
  const folder = await mkdtemp(join(temp || tmpdir(), 'slipway-env-'));
  try {
    const file = join(folder, 'env');
    const lines = written.map(([name, value]) => `${name}=${value.replaceAll('\n', ' ')}\n`);
    await writeFile(file, lines.join(''), { mode: 0o600 });
    const names = inherited.map(([name]) => `--env=${name}`);
    return await use([`--env-file=${file}`, ...names], Object.fromEntries(inherited));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
