import { sourceKeyOf } from '../config/own-objects-rules.ts';
import type { CloudSqlConfig, Config, EnvironmentConfig } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import type { CloudSql } from '../objects/cloud-sql/cloud-sql.ts';
import { parts } from './engines/variables.ts';

/** The version that the tests run. */
const IMAGE = 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.27.0';
const PORTS = { postgres: 5432, mysql: 3306 } as const;
const HOST = '127.0.0.1';

/**
 * Plans `environments.<name>.database`.
 * @throws UserError beside objects of the team, which describe their own pods
 */
export function planRolloutDatabase(
  name: string,
  { database }: Pick<EnvironmentConfig, 'database'>,
  { deploy }: Pick<Config, 'deploy'>,
): CloudSql | undefined {
  const source = sourceKeyOf(deploy);
  if (database === undefined || source === undefined) return database && planCloudSql(database);
  throw new UserError(`environments.${name}.database: with deploy.${source}, your own objects describe the pods`, {
    details: ['nothing was written'],
    remedy:
      'Put the Auth Proxy into them as a native sidecar (initContainers, restartPolicy: Always): it then runs beside the migration as well.',
  });
}

/** A database on Cloud SQL, with all defaults. */
export function planCloudSql(config: CloudSqlConfig): CloudSql {
  const { engine = 'postgres', via = 'proxy', iam = true, image = IMAGE, serviceAccount, cloudSql, name } = config;
  const user = config.user ?? iamUser(serviceAccount ?? '', engine);
  const port = PORTS[engine];
  return { instance: cloudSql, via, iam, image, serviceAccount, port, env: variables(engine, { port, user, name }) };
}

/** Placeholders of the connection: `database.host` and the like. There is no password: with `iam` none, and otherwise a Secret has it. */
export function cloudSqlConnections(database: CloudSql | undefined): Record<string, string> {
  const { DB_HOST, DB_PORT, DB_NAME, DB_USER, DATABASE_URL } = database?.env ?? {};
  const parts = Object.entries({ host: DB_HOST, port: DB_PORT, name: DB_NAME, user: DB_USER, url: DATABASE_URL });
  return Object.fromEntries(
    parts.flatMap(([part, value]) => (value === undefined ? [] : [[`database.${part}`, value]])),
  );
}

/**
 * The user of a service account.
 * @see https://cloud.google.com/sql/docs/postgres/iam-logins, https://cloud.google.com/sql/docs/mysql/iam-logins
 */
function iamUser(email: string, engine: 'postgres' | 'mysql'): string {
  return engine === 'postgres' ? email.replace(/\.gserviceaccount\.com$/, '') : (email.split('@')[0] ?? '');
}

/** Without a password: with `iam` there is none, and otherwise a Secret has it. The proxy encrypts; the way to it is in the pod. */
function variables(
  engine: 'postgres' | 'mysql',
  { port, user, name }: { port: number; user: string; name: string },
): Record<string, string> {
  const login = `${encodeURIComponent(user)}@${HOST}:${port}/${encodeURIComponent(name)}`;
  const credentials = { user, password: '', database: name };
  const connection =
    engine === 'postgres'
      ? parts('pgsql', 'postgresql', HOST, port, credentials)
      : parts('mysql', 'mysql', HOST, port, credentials);
  const named = Object.fromEntries(Object.entries(connection).filter(([key]) => !key.endsWith('PASSWORD')));
  if (engine === 'mysql') {
    const own = { MYSQL_HOST: HOST, MYSQL_PORT: String(port), MYSQL_USER: user, MYSQL_DATABASE: name };
    return { DATABASE_URL: `mysql://${login}`, ...named, ...own };
  }
  const own = { PGHOST: HOST, PGPORT: String(port), PGUSER: user, PGDATABASE: name, PGSSLMODE: 'disable' };
  return { DATABASE_URL: `postgresql://${login}?sslmode=disable`, ...named, ...own };
}
