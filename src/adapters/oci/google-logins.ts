import type { Log } from '../../ports.ts';
import type { LoginsFor } from '../docker/login.ts';
import { isGoogleRegistry } from './hosts.ts';

/** Google's registries that a text names: a Dockerfile, a reference, a cache. */
export function googleHostsIn(text: string): string[] {
  const names = text.match(/[a-z0-9.-]+/g) ?? [];
  return [...new Set(names.filter(isGoogleRegistry))];
}

/**
 * Lets docker read private images of Google's registries with Application Default Credentials, if the job has them. Public
 * images need no login, so a missing or refused sign-in is no error.
 */
export function googleLogins(
  env: NodeJS.ProcessEnv,
  log: Pick<Log, 'mask' | 'debug'>,
  googleAccessToken: () => Promise<string>,
): LoginsFor {
  return async (text) => {
    const hosts = env.GOOGLE_APPLICATION_CREDENTIALS ? googleHostsIn(text) : [];
    if (hosts.length === 0) return new Map();
    try {
      const password = await googleAccessToken();
      log.mask(password);
      return new Map(hosts.map((host) => [host, { kind: 'password', username: 'oauth2accesstoken', password }]));
    } catch (error) {
      log.debug(`no Google login for ${hosts.join(', ')}: ${String(error)}`);
      return new Map();
    }
  };
}
