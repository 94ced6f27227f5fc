import type { EngineSpec } from './engine.ts';

/** @see https://hub.docker.com/_/memcached */
export const memcached: EngineSpec = {
  image: 'memcached:1.6.39',
  port: 11211,
  credentialVariables: {},
  serverEnv: () => ({}),
  health: undefined,
  url: (host, port) => `memcached://${host}:${port}`,
  clientEnv: (host, port) => ({
    MEMCACHED_SERVERS: `${host}:${port}`,
    MEMCACHE_SERVERS: `${host}:${port}`,
    MEMCACHED_HOST: host,
    MEMCACHED_PORT: String(port),
  }),
};
