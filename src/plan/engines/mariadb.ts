import type { DatabaseSpec, EngineSpec } from './engine.ts';
import { mysql, mysqlEnv } from './mysql.ts';
import { dataFolder, major, readiness, seedLoader } from './mysql-family.ts';
import { parts, url } from './variables.ts';

const FAMILY = { client: 'mariadb', prefix: 'MARIADB' };

/** @see https://hub.docker.com/_/mariadb */
export const mariadb: EngineSpec = {
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

export const mariadbDatabase: DatabaseSpec = {
  title: 'MariaDB',
  memory: '1Gi',
  args: [],
  dataFolder,
  major,
  uid: () => 999,
  readiness: readiness(FAMILY),
  copies: false,
  dumpMagic: undefined,
  leavesDatabase: () => undefined,
  seed: seedLoader(FAMILY),
};
