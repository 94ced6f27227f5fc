import type { DatabaseEngine } from '../../../config/engines.ts';
import type { DatabaseConfig } from '../../../config/schema.ts';
import { DATABASES, ENGINES } from '../../engines/engines.ts';
import type { PodSecurity, RunAs } from '../../services/security.ts';
import { databaseUser } from '../../services/user.ts';
import type { SharedServer } from './shared-server/shared-server.ts';
import { versionOf, type WantedVersion } from './version.ts';

/** Host name of the database, and name of its Secret, StatefulSet and Service. */
export const DATABASE = 'database';
/** The claim that the StatefulSet creates for its one pod. */
export const DATABASE_CLAIM = `data-${DATABASE}-0`;

export const DATABASE_ANNOTATIONS = {
  /** Engine and major version: on a claim, of its data; on a StatefulSet, of the running server. `postgres 17`. */
  engine: 'slipway.dev/database',
  /** Hash of the seed that was loaded. */
  seeded: 'slipway.dev/seeded',
  /** On the Secret of a database on a shared server: `namespace/name` of that server. */
  server: 'slipway.dev/database-server',
  /** How the database was made there; absent until it is complete. */
  made: 'slipway.dev/database-made',
} as const;

export type { DatabaseEngine };

/** The database of an environment, with all defaults. */
export interface PlannedDatabase extends WantedVersion {
  /** Name of the user and of the database. */
  user: string;
  /** The shared server; undefined: a server in the environment's own namespace. */
  server: SharedServer | undefined;
  storage: string;
  runAs: RunAs;
}

/** @param podSecurity with `restricted`, any image runs as the user of the official images */
export function planDatabase(config: DatabaseConfig, app: string, podSecurity: PodSecurity): PlannedDatabase {
  const { engine } = config;
  const image = config.image ?? (config.version ? `${engine}:${config.version}` : ENGINES[engine].image);
  const known = config.image === undefined || podSecurity === 'restricted';
  return {
    ...versionOf(config, image),
    user: databaseUser(app),
    server: undefined,
    storage: config.storage ?? '1Gi',
    runAs: known ? DATABASES[engine].uid(image) : 'as-built',
  };
}

/** `PostgreSQL 17`, for people. */
export function databaseTitle({ engine, major }: Pick<PlannedDatabase, 'engine' | 'major'>): string {
  const { title } = DATABASES[engine];
  return major === undefined ? title : `${title} ${major}`;
}

/** `namespace/name` of a shared server. */
export function serverId({ namespace, name }: Pick<SharedServer, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
