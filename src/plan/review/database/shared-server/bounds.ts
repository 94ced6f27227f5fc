import type { DatabaseConfig, ReviewConfig } from '../../../../config/schema.ts';
import { DEFAULT_NAMESPACE } from './server.ts';

/** A key with which a pull request asks for what the default branch does not allow. */
export interface ServerExcess {
  key: string;
  asked: unknown;
  allowed: unknown;
}

/** Keys of `review.database` that shape a server which others share. */
const OF_SERVER = ['engine', 'version', 'image', 'storage'] as const;

/**
 * What a pull request asks of a shared server, and the default branch does not. Other pull requests, and other repositories, have
 * their data there, and the image of the server runs with the administrator's password. A default branch without `review`
 * leaves the size of a new server to the pull request that introduces it, but neither its image nor a Secret.
 * @param own `review` of the pull request
 * @param bound `review` of the default branch
 */
export function serverExcess(own: ReviewConfig | undefined, bound: ReviewConfig | undefined): ServerExcess[] {
  const [asked, allowed] = [own?.database, bound?.database];
  if (asked?.mode !== 'shared') return [];
  if (bound !== undefined && allowed?.mode !== 'shared') {
    return [{ key: 'review.database.mode', asked: 'shared', allowed: allowed?.mode ?? 'isolated' }];
  }
  const guarded = bound === undefined ? ['image', 'server.secret'] : undefined;
  return differences(asked, allowed)
    .filter(({ key }) => guarded === undefined || guarded.includes(key))
    .map(({ key, ...values }) => ({ key: `review.database.${key}`, ...values }));
}

/** `review.database` of a pull request, with the shared server of the default branch. */
export function withServerOf(asked: DatabaseConfig, allowed: DatabaseConfig | undefined): DatabaseConfig {
  if (asked.mode !== 'shared' || allowed?.mode !== 'shared') return asked;
  const { engine, version, image, storage, server } = allowed;
  const { version: _, image: __, storage: ___, server: ____, ...rest } = asked;
  const given = { version, image, storage, server };
  return { ...rest, engine, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** What the pull request says, and says differently. */
function differences(asked: DatabaseConfig, allowed: DatabaseConfig | undefined): ServerExcess[] {
  const server = { namespace: DEFAULT_NAMESPACE, ...allowed?.server };
  return [
    ...OF_SERVER.map((key) => ({ key, asked: asked[key], allowed: allowed?.[key] })),
    ...(['namespace', 'secret', 'memory'] as const).map((key) => ({
      key: `server.${key}`,
      asked: asked.server?.[key],
      allowed: server[key],
    })),
  ].filter((one) => one.asked !== undefined && one.asked !== one.allowed);
}
