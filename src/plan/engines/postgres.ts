import type { DatabaseSpec, EngineSpec } from './engine.ts';
import { leavesDatabase, seedLoader } from './postgres-seed.ts';
import { parts, url } from './variables.ts';

/**
 * @see https://hub.docker.com/_/postgres, https://www.postgresql.org/docs/17/libpq-envars.html
 * @see https://www.postgresql.org/docs/17/non-durability.html for a server whose data nobody keeps
 */
export const postgres: EngineSpec = {
  image: 'postgres:17.6',
  port: 5432,
  credentialVariables: { user: 'POSTGRES_USER', password: 'POSTGRES_PASSWORD', database: 'POSTGRES_DB' },
  serverEnv: (c) => ({ POSTGRES_USER: c.user, POSTGRES_PASSWORD: c.password, POSTGRES_DB: c.database }),
  health:
    'PGPASSWORD="$POSTGRES_PASSWORD" psql --no-psqlrc -qtA -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "select 1"',
  throwaway: {
    env: { POSTGRES_INITDB_ARGS: '--no-sync' },
    command: ['postgres', '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
  },
  url: url('postgresql'),
  clientEnv: (host, port, c) => ({
    DATABASE_URL: url('postgresql')(host, port, c),
    ...parts('pgsql', 'postgresql', host, port, c),
    POSTGRES_HOST: host,
    POSTGRES_PORT: String(port),
    ...postgres.serverEnv(c),
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: c.user,
    PGPASSWORD: c.password,
    PGDATABASE: c.database,
  }),
};

/** Of the official images; those on Alpine have a user of their own. */
const UID = 999;
const ALPINE_UID = 70;

export const postgresDatabase: DatabaseSpec = {
  title: 'PostgreSQL',
  memory: '512Mi',
  args: [],
  dataFolder: (path) => ({ args: [], env: { PGDATA: path } }),
  /**
   * Images with extensions name it behind their own version: `0.8.0-pg16`, `pg16-ts2.17`.
   * @see https://www.postgresql.org/support/versioning/
   */
  major: (tag) => (/(?:^|-)pg(\d+)/.exec(tag) ?? /^(\d+)/.exec(tag))?.[1],
  uid: (image) => (/alpine/.test(image) ? ALPINE_UID : UID),
  readiness:
    'PGPASSWORD="$POSTGRES_PASSWORD" exec psql -Xqt -h "$HOSTNAME" -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "select 1"',
  copies: true,
  dumpMagic: 'PGDMP',
  leavesDatabase,
  seed: seedLoader,
};
