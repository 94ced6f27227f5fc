import type { DatabaseConfig } from '../../../config/schema.ts';
import { ENGINES } from '../../services/engines.ts';
import { userOf } from '../../services/user.ts';
import type { PodSecurity, RunAs } from '../environment/security.ts';
import type { SharedServer } from './shared-server/shared-server.ts';
import { versionOf, type WantedVersion } from './version.ts';

/** Host name of the database, and name of its Secret, StatefulSet and Service. */
export const DATABASE = 'database';
/** The claim that the StatefulSet makes from its template for its one pod. */
export const DATABASE_CLAIM = `data-${DATABASE}-0`;

export const DATABASE_ANNOTATIONS = {
  /** Engine and major version that a volume was made with, and that a server now runs: `postgres 17`. */
  engine: 'slipway.dev/database',
  /** Hash of the seed that was loaded. */
  seeded: 'slipway.dev/seeded',
  /** On the Secret of a database on a shared server: `namespace/name` of that server. */
  server: 'slipway.dev/database-server',
  /** And how the database was made there; absent until it is. */
  made: 'slipway.dev/database-made',
} as const;

export type DatabaseEngine = DatabaseConfig['engine'];

/** The database of an environment, in full. */
export interface PlannedDatabase extends WantedVersion {
  /** Name of the user and of the database. */
  user: string;
  /** The server that all environments share; undefined: one in the environment's own namespace. */
  server: SharedServer | undefined;
  storage: string;
  runAs: RunAs;
}

const WORDS: Record<DatabaseEngine, string> = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' };
/** Of the official images; those on Alpine have a PostgreSQL of their own. */
export const DATABASE_UID = 999;
const ALPINE_POSTGRES_UID = 70;

/** @param podSecurity `restricted` runs any image as the user that the official ones have */
export function planDatabase(config: DatabaseConfig, app: string, podSecurity: PodSecurity): PlannedDatabase {
  const { engine } = config;
  const image = config.image ?? (config.version ? `${engine}:${config.version}` : ENGINES[engine].image);
  const known = config.image === undefined || podSecurity === 'restricted';
  const uid = engine === 'postgres' && /alpine/.test(image) ? ALPINE_POSTGRES_UID : DATABASE_UID;
  return {
    ...versionOf(config, image),
    user: userOf(app),
    server: undefined,
    storage: config.storage ?? '1Gi',
    runAs: known ? uid : 'as-built',
  };
}

/** `PostgreSQL 17`, for people. */
export function databaseTitle({ engine, major }: Pick<PlannedDatabase, 'engine' | 'major'>): string {
  return major === undefined ? WORDS[engine] : `${WORDS[engine]} ${major}`;
}

/** `namespace/name` of a shared server. */
export function serverId({ namespace, name }: Pick<SharedServer, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
