import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFolder, type RegistryLogin, readDockerConfig, serverName } from './login.ts';

/**
 * Gives docker logins by a configuration folder that only this user can read, and deletes the folder afterwards. No argument
 * shows a login. Plugins and contexts stay those of the user.
 * @param use gets the environment for docker
 */
export async function withLogins<T>(
  logins: ReadonlyMap<string, RegistryLogin>,
  env: NodeJS.ProcessEnv,
  use: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  if (logins.size === 0) return use({});
  const folder = await mkdtemp(join(env.RUNNER_TEMP || tmpdir(), 'slipway-docker-'));
  try {
    await writeDockerConfig(folder, logins, env);
    return await use({ DOCKER_CONFIG: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the user's configuration, with logins added, to a folder for DOCKER_CONFIG. */
export async function writeDockerConfig(
  folder: string,
  logins: ReadonlyMap<string, RegistryLogin>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { auths = {}, credHelpers = {}, ...rest } = await readDockerConfig(env);
  const own = Object.fromEntries([...logins].map(([host, login]) => [serverName(host), entryOf(login)]));
  // Without this, docker asks the user's credentials store for these hosts in place of `auths`.
  const noHelper = Object.fromEntries([...logins.keys()].map((host) => [serverName(host), '']));
  const config = { ...rest, auths: { ...auths, ...own }, credHelpers: { ...credHelpers, ...noHelper } };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  for (const name of ['cli-plugins', 'contexts', 'buildx']) {
    const users = join(configFolder(env), name);
    if (existsSync(users)) await symlink(users, join(folder, name));
  }
}

function entryOf(login: RegistryLogin): { auth: string } | { identitytoken: string } {
  if (login.kind === 'identity-token') return { identitytoken: login.token };
  return { auth: Buffer.from(`${login.username}:${login.password}`).toString('base64') };
}
