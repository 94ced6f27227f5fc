import type { DatabaseSpec, EngineSpec, ServiceCredentials } from './engine.ts';
import { dataFolder, major, readiness, seedLoader } from './mysql-family.ts';
import { parts, url } from './variables.ts';

const FAMILY = { client: 'mysql', prefix: 'MYSQL' };

/**
 * @see https://hub.docker.com/_/mysql: without MYSQL_ROOT_PASSWORD the image writes a random one into its log
 * @see https://dev.mysql.com/doc/refman/8.4/en/stored-programs-logging.html: without a binary log its user may make triggers
 */
export const mysql: EngineSpec = {
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

export function mysqlEnv(prefix: string, c: ServiceCredentials): Record<string, string> {
  return { [`${prefix}_USER`]: c.user, [`${prefix}_PASSWORD`]: c.password, [`${prefix}_DATABASE`]: c.database };
}

export const mysqlDatabase: DatabaseSpec = {
  title: 'MySQL',
  memory: '1Gi',
  // Nothing replicates this server: a binary log would only fill the volume, and it keeps users from making triggers.
  args: ['--skip-log-bin'],
  dataFolder,
  major,
  uid: () => 999,
  readiness: readiness(FAMILY),
  copies: false,
  dumpMagic: undefined,
  leavesDatabase: () => undefined,
  seed: seedLoader(FAMILY),
};
