import type { Engine } from '../../config/schema.ts';

/** How an application signs in to a service. Engines without users ignore it. */
export interface Credentials {
  user: string;
  password: string;
  database: string;
}

/** A known service: its image, how its server is set up, how to see that it is ready, and what the application is told. */
export interface EngineSpec {
  /** Official image, at a version that does not move under anybody. */
  image: string;
  port: number;
  /** Variables by which the image of the server takes each part of the credentials. */
  credentialVariables: Partial<Record<keyof Credentials, string>>;
  serverEnv(credentials: Credentials): Record<string, string>;
  /**
   * Shell line in the server's container that succeeds once a client can work: over TCP, because images answer on their
   * socket while they still initialise. It reads credentials from the server's own environment. undefined: accepting
   * connections is being ready.
   */
  health: string | undefined;
  /** Variables and arguments of a server whose data nobody keeps, such as that of a test: no write waits for the disk. */
  throwaway?: { env: Record<string, string>; command: string[] };
  /** Address for clients. */
  url(host: string, port: number, credentials: Credentials): string;
  /** Variables that frameworks and client libraries expect. */
  clientEnv(host: string, port: number, credentials: Credentials): Record<string, string>;
}

const url =
  (scheme: string) =>
  (host: string, port: number, { user, password, database }: Credentials) =>
    `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`;

/**
 * The parts under the names that frameworks read: Laravel (DB_CONNECTION …), WordPress, Symfony and Node's (DB_NAME, DB_USER),
 * Spring Boot.
 * @see https://laravel.com/docs/12.x/database#configuration
 * @see https://docs.spring.io/spring-boot/appendix/application-properties/index.html#appendix.application-properties.data
 */
function parts(connection: string, jdbc: string, host: string, port: number, c: Credentials): Record<string, string> {
  return {
    DB_CONNECTION: connection,
    DB_HOST: host,
    DB_PORT: String(port),
    DB_DATABASE: c.database,
    DB_NAME: c.database,
    DB_USERNAME: c.user,
    DB_USER: c.user,
    DB_PASSWORD: c.password,
    SPRING_DATASOURCE_URL: `jdbc:${jdbc}://${host}:${port}/${encodeURIComponent(c.database)}`,
    SPRING_DATASOURCE_USERNAME: c.user,
    SPRING_DATASOURCE_PASSWORD: c.password,
  };
}

/**
 * @see https://hub.docker.com/_/postgres, https://www.postgresql.org/docs/17/libpq-envars.html
 * @see https://www.postgresql.org/docs/17/non-durability.html for a server whose data nobody keeps
 */
const postgres: EngineSpec = {
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

/**
 * @see https://hub.docker.com/_/mysql. The image would write a root password of its own making into its log.
 * @see https://dev.mysql.com/doc/refman/8.4/en/stored-programs-logging.html: without a binary log its user may make triggers
 */
const mysql: EngineSpec = {
  image: 'mysql:8.4.6',
  port: 3306,
  credentialVariables: { user: 'MYSQL_USER', password: 'MYSQL_PASSWORD', database: 'MYSQL_DATABASE' },
  serverEnv: (c) => ({ ...mysqlEnv('MYSQL', c), MYSQL_ROOT_PASSWORD: c.password }),
  health: 'MYSQL_PWD="$MYSQL_PASSWORD" mysql -h 127.0.0.1 -u "$MYSQL_USER" -D "$MYSQL_DATABASE" -e "select 1"',
  throwaway: { env: {}, command: ['mysqld', '--skip-log-bin', '--innodb-flush-log-at-trx-commit=0'] },
  url: url('mysql'),
  clientEnv: (host, port, c) => ({
    DATABASE_URL: url('mysql')(host, port, c),
    ...parts('mysql', 'mysql', host, port, c),
    MYSQL_HOST: host,
    MYSQL_PORT: String(port),
    ...mysqlEnv('MYSQL', c),
  }),
};

/** @see https://hub.docker.com/_/mariadb */
const mariadb: EngineSpec = {
  image: 'mariadb:11.4.5',
  port: 3306,
  credentialVariables: { user: 'MARIADB_USER', password: 'MARIADB_PASSWORD', database: 'MARIADB_DATABASE' },
  serverEnv: (c) => ({ ...mysqlEnv('MARIADB', c), MARIADB_ROOT_PASSWORD: c.password }),
  health: 'MYSQL_PWD="$MARIADB_PASSWORD" mariadb -h 127.0.0.1 -u "$MARIADB_USER" -D "$MARIADB_DATABASE" -e "select 1"',
  url: url('mysql'),
  clientEnv: (host, port, c) => ({
    ...mysql.clientEnv(host, port, c),
    ...parts('mariadb', 'mariadb', host, port, c),
    MARIADB_HOST: host,
    MARIADB_PORT: String(port),
    ...mysqlEnv('MARIADB', c),
  }),
};

/** @see https://hub.docker.com/_/redis. Its client ends with 0 also while the server loads its data, hence the comparison. */
const redis: EngineSpec = {
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

/** @see https://hub.docker.com/_/memcached */
const memcached: EngineSpec = {
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

function mysqlEnv(prefix: string, c: Credentials): Record<string, string> {
  return { [`${prefix}_USER`]: c.user, [`${prefix}_PASSWORD`]: c.password, [`${prefix}_DATABASE`]: c.database };
}

export const ENGINES: Readonly<Record<Engine, EngineSpec>> = { postgres, mysql, mariadb, redis, memcached };
