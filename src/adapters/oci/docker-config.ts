import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFolder, type Login, readDockerConfig } from './login.ts';

/**
 * Gives docker a login without showing it in its arguments and without keeping it: in a configuration folder of its own,
 * which only we can read and which is gone afterwards. Plugins and contexts stay those of the user.
 * @param use gets the environment for docker
 */
export async function withLogin<T>(
  host: string,
  login: Login | undefined,
  env: NodeJS.ProcessEnv,
  use: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  if (login === undefined) return use({});
  const folder = await mkdtemp(join(env.RUNNER_TEMP || tmpdir(), 'slipway-docker-'));
  try {
    const { auths = {}, credHelpers = {}, ...rest } = await readDockerConfig(env);
    const others = Object.fromEntries(Object.entries(credHelpers).filter(([server]) => server !== host));
    const config = { ...rest, auths: { ...auths, [host]: entryOf(login) }, credHelpers: { ...others } };
    // A credentials store would be asked in place of `auths`.
    const { credsStore: _, ...plain } = config;
    await writeFile(join(folder, 'config.json'), JSON.stringify(plain), { mode: 0o600 });
    for (const name of ['cli-plugins', 'contexts', 'buildx']) {
      const own = join(configFolder(env), name);
      if (existsSync(own)) await symlink(own, join(folder, name));
    }
    return await use({ DOCKER_CONFIG: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function entryOf(login: Login): { auth: string } | { identitytoken: string } {
  if (login.kind === 'identity-token') return { identitytoken: login.token };
  return { auth: Buffer.from(`${login.username}:${login.password}`).toString('base64') };
}
