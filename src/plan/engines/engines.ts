import type { DatabaseEngine, Engine } from '../../config/engines.ts';
import type { DatabaseSpec, EngineSpec } from './engine.ts';
import { mariadb, mariadbDatabase } from './mariadb.ts';
import { memcached } from './memcached.ts';
import { mysql, mysqlDatabase } from './mysql.ts';
import { postgres, postgresDatabase } from './postgres.ts';
import { redis } from './redis.ts';

export const ENGINES: Readonly<Record<Engine, EngineSpec>> = { postgres, mysql, mariadb, redis, memcached };

export const DATABASES: Readonly<Record<DatabaseEngine, DatabaseSpec>> = {
  postgres: postgresDatabase,
  mysql: mysqlDatabase,
  mariadb: mariadbDatabase,
};

/** Whether an engine keeps data over redeploys. */
export function isDatabase(engine: Engine): engine is DatabaseEngine {
  return Object.hasOwn(DATABASES, engine);
}
