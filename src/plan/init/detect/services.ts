import type { DatabaseEngine } from '../../../config/engines.ts';
import type { ComposeService } from '../read/compose.ts';
import { at, baseOf, type Found, search } from '../repository.ts';
import { connectionVariables, namesHost } from './connection.ts';
import { labelOf } from './names.ts';
import type { View } from './view.ts';

export interface FoundDatabase {
  engine: DatabaseEngine;
  /** Major version. */
  version: string | undefined;
  /** An image that is not the official one. */
  image: string | undefined;
  from: string;
  guess: boolean;
  /** Its compose service. */
  service: ComposeService | undefined;
}

export interface FoundService {
  /** Host name. */
  name: string;
  engine: 'redis' | 'memcached' | undefined;
  image: string | undefined;
  port: number | undefined;
  from: string;
  guess: boolean;
}

export interface FoundServices {
  database: FoundDatabase | undefined;
  services: FoundService[];
  /** Variables of the app that lead to them, for review environments and tests. */
  env: Map<string, Found<string>>;
  /** Variables with the path of a file that compose mounts. */
  files: Found<string>[];
  /** The app keeps its data in a file. */
  sqlite: string | undefined;
  /** Several engines to choose from. */
  choice: string | undefined;
  /** Names of the parts that use the database (`database`) or a service, by its name. */
  users: Map<string, string[]>;
}

const DATABASES: [RegExp, DatabaseEngine][] = [
  [/(^|\/)(postgres|postgis|pgvector|timescaledb|postgresql)([:@-]|$)/, 'postgres'],
  [/(^|\/)mariadb([:@]|$)/, 'mariadb'],
  [/(^|\/)(mysql|mysql-server)([:@]|$)/, 'mysql'],
];
const CACHES: [RegExp, 'redis' | 'memcached'][] = [
  [/(^|\/)(redis|valkey)([:@-]|$)/, 'redis'],
  [/(^|\/)memcached([:@]|$)/, 'memcached'],
];
/** Other servers that an app can depend on, and their ports. */
const OTHERS: [RegExp, number][] = [
  [/(^|\/)mongo([:@]|$)/, 27017],
  [/(^|\/)rabbitmq([:@]|$)/, 5672],
  [/(^|\/)(elasticsearch|opensearch)([:@]|$)/, 9200],
  [/(^|\/)minio([:@]|$)/, 9000],
  [/(^|\/)meilisearch([:@]|$)/, 7700],
  [/(^|\/)typesense([:@]|$)/, 8108],
  [/(^|\/)(mailhog|mailpit|maildev)([:@]|$)/, 1025],
  [/(^|\/)clickhouse-server([:@]|$)/, 8123],
  [/(^|\/)nats([:@]|$)/, 4222],
  [/(^|\/)gotenberg([:@]|$)/, 3000],
  [/(^|\/)(azure-sql-edge|mssql\/server)([:@]|$)/, 1433],
];

/** @param bring images of the team's own objects, which may bring a database of their own */
export function detectServices(
  views: readonly View[],
  compose: readonly ComposeService[],
  bring: readonly string[],
): FoundServices {
  if (bring.some((image) => [...DATABASES, ...CACHES].some(([pattern]) => pattern.test(image)))) return NONE;
  // A compose file that runs the app has what the app needs; one that does not offers servers to choose from.
  const isComposed = views.some(({ part }) => part.services.length > 0);
  const given = composeDatabase(compose);
  const engines = isComposed ? [] : offeredEngines(compose);
  const offered = isComposed && given !== undefined ? [] : [...engines, ...drivers(views)];
  const isOpen = new Set(offered.map(({ engine }) => engine)).size > 1;
  const database = isOpen ? undefined : (given ?? dependencyDatabase(views));
  const services = composeServices(compose, database?.service);
  const isRedis = services.some(({ engine }) => engine === 'redis');
  if (!isComposed && bring.length === 0 && !isRedis) services.push(...dependencyRedis(views));
  const env = new Map<string, Found<string>>();
  for (const service of views.flatMap(({ part }) => part.services)) {
    for (const [name, found] of connectionVariables(service, database, services))
      if (!env.has(name)) env.set(name, found);
  }
  return {
    database,
    services,
    env,
    files: views.flatMap(({ part }) => part.services.flatMap(mountedFiles)),
    sqlite: database === undefined && !isOpen ? sqliteOf(views) : undefined,
    choice: isOpen ? offered.map(({ engine, from }) => `${engine} (${from})`).join(', ') : undefined,
    users: usersOf(views, database, services),
  };
}

const NONE: FoundServices = {
  database: undefined,
  services: [],
  env: new Map(),
  files: [],
  sqlite: undefined,
  choice: undefined,
  users: new Map(),
};

function mountedFiles({ env }: ComposeService): Found<string>[] {
  const all = [...env].filter(([, { value }]) => value.startsWith('/run/secrets/'));
  return all.map(([name, { from }]) => ({ value: name, from }));
}

function offeredEngines(compose: readonly ComposeService[]): { engine: DatabaseEngine; from: string }[] {
  return compose.flatMap(({ image, file, line, name }) => {
    const engine = image === undefined ? undefined : DATABASES.find(([pattern]) => pattern.test(image))?.[1];
    return engine === undefined ? [] : [{ engine, from: at(file, line, `services.${name}`) }];
  });
}

/** The parts that use the database (`database`) or a service, by its name: of their libraries, and of their variables. */
function usersOf(
  views: readonly View[],
  database: FoundDatabase | undefined,
  services: readonly FoundService[],
): Map<string, string[]> {
  const users = new Map<string, string[]>();
  const add = (name: string, view: View) => users.set(name, [...(users.get(name) ?? []), view.part.name]);
  for (const view of views) {
    const libraries = [...view.dependencies, ...features(view)].map(({ name }) => name);
    const values = view.part.services.flatMap(({ env }) => [...env.values()].map(({ value }) => value));
    const names = (host: string) => values.some((value) => value === host || namesHost(value, host));
    const isDriver = libraries.some((name) =>
      DRIVERS.some(([pattern, engine]) => engine === database?.engine && pattern.test(name)),
    );
    if (database !== undefined && (isDriver || names(database.service?.name ?? ''))) add('database', view);
    for (const { name, engine } of services) {
      if (names(name) || (engine === 'redis' && libraries.some((one) => REDIS.test(one)))) add(name, view);
    }
  }
  return users;
}

function composeDatabase(compose: readonly ComposeService[]): FoundDatabase | undefined {
  for (const service of compose) {
    const { image, optional } = service;
    const engine = image === undefined ? undefined : DATABASES.find(([pattern]) => pattern.test(image))?.[1];
    if (engine === undefined || image === undefined || optional) continue;
    const isOfficial = /^(docker\.io\/)?(library\/)?(postgres|mysql|mariadb)(:|@|$)/.test(image);
    const tag = /:v?(\d+(?:\.\d+)?)/.exec(image)?.[1];
    const version = engine === 'postgres' ? tag?.split('.')[0] : tag;
    const plain = /^[\w./:-]+$/.test(image) && !image.includes('$');
    return {
      engine,
      version: isOfficial ? version : undefined,
      image: isOfficial || !plain ? undefined : image,
      from: at(service.file, service.line, `services.${service.name} image: ${image}`),
      guess: false,
      service,
    };
  }
  return undefined;
}

/** Drivers, by ecosystem and name. */
const DRIVERS: [RegExp, DatabaseEngine][] = [
  [
    /^(psycopg\w*|psycopg2-binary|asyncpg|pg|postgrex|postgresql|quarkus-jdbc-postgresql|npgsql\.entityframeworkcore\.postgresql|npgsql|github\.com\/lib\/pq|github\.com\/jackc\/pgx(\/v\d)?|tokio-postgres|gorm\.io\/driver\/postgres)$/,
    'postgres',
  ],
  [
    /^(mysqlclient|pymysql|mysql2?|trilogy|mysql-connector-j(ava)?|myxql|github\.com\/go-sql-driver\/mysql|gorm\.io\/driver\/mysql|aiomysql)$/,
    'mysql',
  ],
  [/^(mariadb|mariadb-java-client)$/, 'mariadb'],
];

function drivers(views: readonly View[]): { engine: DatabaseEngine; from: string }[] {
  const libraries = views.flatMap((view) => [...view.dependencies, ...features(view)]).filter(({ dev }) => !dev);
  return libraries.flatMap(({ name, from }) => {
    const engine = DRIVERS.find(([pattern]) => pattern.test(name))?.[1];
    return engine === undefined ? [] : [{ engine, from }];
  });
}

function dependencyDatabase(views: readonly View[]): FoundDatabase | undefined {
  const [first] = drivers(views);
  return first && { ...first, version: undefined, image: undefined, guess: true, service: undefined };
}

function composeServices(compose: readonly ComposeService[], database: ComposeService | undefined): FoundService[] {
  const services: FoundService[] = [];
  for (const service of compose) {
    const { image, name, optional, file, line } = service;
    if (image === undefined || optional || service === database) continue;
    const engine = CACHES.find(([pattern]) => pattern.test(image))?.[1];
    const port = OTHERS.find(([pattern]) => pattern.test(image))?.[1];
    const host = labelOf(name);
    if ((engine ?? port) === undefined || services.some((one) => one.name === host)) continue;
    const from = at(file, line, `services.${name} image: ${image}`);
    services.push({ name: host, engine, image: engine === undefined ? image : undefined, port, from, guess: false });
  }
  return services;
}

/** Libraries of queues and caches that need Redis. */
const REDIS =
  /^(redis|django-redis|rq|sidekiq|resque|ioredis|bullmq|bull|predis\/predis|redix|github\.com\/(redis\/go-redis\/v9|go-redis\/redis(\/v\d)?|gomodule\/redigo(\/redis)?)|spring-boot-starter-data-redis|stackexchange\.redis|spring-session-data-redis)$/;

function dependencyRedis(views: readonly View[]): FoundService[] {
  const all = views.flatMap((view) => [...view.dependencies, ...features(view)]);
  const found = all.find(({ name, dev }) => !dev && REDIS.test(name));
  if (found === undefined) return [];
  return [{ name: 'redis', engine: 'redis', image: undefined, port: undefined, from: found.from, guess: true }];
}

/** Features of crates: `sqlx` has the driver that Cargo.toml names. */
function features({ repository, paths }: View): { name: string; from: string; dev: boolean }[] {
  const manifests = paths.filter((path) => baseOf(path) === 'Cargo.toml');
  return search(repository, manifests, /"(postgres|mysql|redis)[\w-]*"/).map(({ path, line, text, groups }) => {
    const [feature] = groups;
    return { name: feature === 'postgres' ? 'pg' : (feature ?? ''), from: at(path, line, text), dev: false };
  });
}

function sqliteOf(views: readonly View[]): string | undefined {
  return views
    .flatMap(({ dependencies }) => dependencies)
    .find(
      ({ name, dev }) =>
        !dev &&
        /^(sqlite3|better-sqlite3|github\.com\/mattn\/go-sqlite3|modernc\.org\/sqlite|gorm\.io\/driver\/sqlite|rusqlite|ecto_sqlite3)$/.test(
          name,
        ),
    )?.from;
}
