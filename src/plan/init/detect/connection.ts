import type { DatabaseEngine } from '../../../config/engines.ts';
import { ENV_NAME } from '../../../config/values.ts';
import type { ComposeService } from '../read/compose.ts';
import type { Found } from '../repository.ts';

/** What the variables of an app can lead to. */
interface Server {
  engine: DatabaseEngine;
  /** Its compose service. */
  service: ComposeService | undefined;
}

/** Variables that Slipway sets by itself (docs/review-databases.md). */
const SET =
  /^(DATABASE_(URL|HOST|PORT)|DB_(CONNECTION|HOST|PORT|DATABASE|NAME|USERNAME|USER|PASSWORD)|SPRING_DATASOURCE_(URL|USERNAME|PASSWORD)|REDIS_(URL|HOST|PORT)|MEMCACHED?_SERVERS|MEMCACHED_(HOST|PORT))$/;
const SET_BY_ENGINE: Record<DatabaseEngine, RegExp> = {
  postgres: /^(PG(HOST|PORT|USER|PASSWORD|DATABASE)|POSTGRES_(HOST|PORT|USER|PASSWORD|DB))$/,
  mysql: /^MYSQL_(HOST|PORT|USER|PASSWORD|DATABASE)$/,
  mariadb: /^(MYSQL|MARIADB)_(HOST|PORT|USER|PASSWORD|DATABASE)$/,
};

/** The variables of a service that name the database or another service, with placeholders of Slipway. */
export function connectionVariables(
  { env }: ComposeService,
  database: Server | undefined,
  services: readonly { name: string }[],
): [string, Found<string>][] {
  const server = database?.service;
  const values = server === undefined ? new Map<string, string>() : credentialsOf(server);
  const isSet = (name: string) =>
    SET.test(name) || (database !== undefined && SET_BY_ENGINE[database.engine].test(name));
  const own = [...env].filter(
    ([name, { value }]) => !isSet(name) && ENV_NAME.test(name) && value !== '' && !value.includes('$'),
  );
  const found = own.flatMap(([name, { value, from }]): [string, Found<string>][] => {
    const text = server === undefined ? undefined : replaced(name, value, server.name, values);
    if (text !== undefined) return [[name, { value: text, from }]];
    const host = services.find((service) => namesHost(value, service.name));
    return host === undefined || value.includes('{') ? [] : [[name, { value, from }]];
  });
  // SQL_ENGINE belongs to SQL_HOST.
  const groups = new Set(found.filter(([, { value }]) => value.includes('{database.')).map(([name]) => groupOf(name)));
  const isKnown = (name: string) => found.some(([known]) => known === name);
  const beside = own.filter(
    ([name, { value }]) =>
      groups.has(groupOf(name)) && !isKnown(name) && !/[{}]/.test(value) && !/PASS|SECRET|TOKEN/.test(name),
  );
  return [...found, ...beside];
}

/** `SQL` of SQL_HOST; the whole name where it has one part. */
function groupOf(name: string): string {
  const end = name.lastIndexOf('_');
  return end < 0 ? name : name.slice(0, end);
}

/** Whether a value is a host, or an address with it. */
export function namesHost(value: string, host: string): boolean {
  for (let start = value.indexOf(host); start >= 0; start = value.indexOf(host, start + 1)) {
    const before = value.slice(0, start);
    const after = value.slice(start + host.length);
    if (before === '' ? /^(:\d|$)/.test(after) : /[@/]$/.test(before) && /^([:/?,]|$)/.test(after)) return true;
  }
  return false;
}

/** What the compose file gives the server: user, password and name of the database. */
function credentialsOf({ env }: ComposeService): Map<string, string> {
  const known = new Map<string, string>();
  for (const [name, { value }] of env) {
    if (value === '') continue;
    if (/^(POSTGRES_DB|MYSQL_DATABASE|MARIADB_DATABASE)$/.test(name)) known.set(value, 'name');
    if (/^(POSTGRES_PASSWORD|(MYSQL|MARIADB)_(ROOT_)?PASSWORD)$/.test(name)) known.set(value, 'password');
    if (/^(POSTGRES_USER|(MYSQL|MARIADB)_USER)$/.test(name)) known.set(value, 'user');
    // The user whose password it is.
    if (/^(MYSQL|MARIADB)_ROOT_PASSWORD(_FILE)?$/.test(name)) known.set('root', 'user');
  }
  return known;
}

/** The role of a variable in a connection, by its name. */
const ROLES: [RegExp, string][] = [
  [/(^|_)(PASSWORD|PASSWD|PASS|PWD)$/i, 'password'],
  [/(^|_)(USER|USERNAME)$/i, 'user'],
  [/(^|_)(DATABASE|DB|DBNAME|DB_NAME|NAME)$/i, 'name'],
  [/(^|_)PORT$/i, 'port'],
];

function replaced(name: string, value: string, host: string, known: ReadonlyMap<string, string>): string | undefined {
  if (value === host && /HOST|SERVER|ADDR|DB|SQL|PG|POSTGRES/i.test(name)) return '{database.host}';
  if (namesHost(value, host)) return address(value);
  const isAbout = /SQL|DATABASE|DB|PG|POSTGRES|MARIA/i.test(name);
  const role = ROLES.find(([pattern]) => pattern.test(name))?.[1];
  if (!isAbout || role === undefined) return undefined;
  if (known.has(value) || (role === 'port' && /^(5432|3306)$/.test(value))) return `{database.${role}}`;
  return undefined;
}

/** `postgresql+asyncpg://user:password@db:5432/name?x=y` with the parts of the environment's database. */
function address(value: string): string | undefined {
  const [, scheme = '', jdbc, rest = ''] = /^((jdbc:)?[a-z][\w+-]{0,30}:\/\/)(.*)$/.exec(value) ?? [];
  if (scheme === '') return undefined;
  const query = rest.includes('?') ? rest.slice(rest.indexOf('?')) : '';
  if (/[{}]/.test(query)) return undefined;
  const place = '{database.host}:{database.port}/{database.name}';
  return jdbc === undefined && rest.includes('@')
    ? `${scheme}{database.user}:{database.password}@${place}${query}`
    : `${scheme}${place}${query}`;
}
