import type { EngineSpec } from './engine.ts';

/** @see https://hub.docker.com/_/redis. Its client exits with 0 also while the server loads its data, so the answer is compared. */
export const redis: EngineSpec = {
  image: 'redis:7.4.5',
  port: 6379,
  credentialVariables: {},
  serverEnv: () => ({}),
  health: 'test "$(redis-cli -h 127.0.0.1 ping)" = PONG',
  url: (host, port) => `redis://${host}:${port}/0`,
  clientEnv: (host, port) => ({
    REDIS_URL: `redis://${host}:${port}/0`,
    REDIS_HOST: host,
    REDIS_PORT: String(port),
  }),
};
