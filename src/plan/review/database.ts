import type { DatabaseConfig } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import type { KubeObject } from '../../ports.ts';
import { tryReference } from '../images/reference.ts';
import { ENGINES } from '../services/engines.ts';
import { userOf } from '../services/user.ts';
import type { PodSecurity } from './isolation.ts';
import type { RunAs } from './security.ts';
import type { SharedServer } from './shared/server.ts';

/** Host name of the database, and name of its Secret, StatefulSet and Service. */
export const DATABASE = 'database';
/** The claim that the StatefulSet makes from its template for its one pod. */
export const DATABASE_CLAIM = `data-${DATABASE}-0`;

export const DATABASE_ANNOTATIONS = {
  /** Engine and major version that the volume was made with: `postgres 17`. */
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
export interface PlannedDatabase {
  engine: DatabaseEngine;
  image: string;
  /** Major version (for MySQL and MariaDB with its second number); undefined when the image does not say. */
  major: string | undefined;
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
    engine,
    image,
    major: majorOf(engine, config.version ?? tryReference(image)?.tag),
    user: userOf(app),
    server: undefined,
    storage: config.storage ?? '1Gi',
    runAs: known ? uid : 'as-built',
  };
}

/** PostgreSQL's data fits one major version (17); those of the MySQL family go by two numbers (8.4). */
function majorOf(engine: DatabaseEngine, version: string | undefined): string | undefined {
  const pattern = engine === 'postgres' ? /^(?:pg)?(\d+)/ : /^(\d+\.\d+)/;
  return pattern.exec(version ?? '')?.[1];
}

/** `PostgreSQL 17`, for people. */
export function databaseTitle({ engine, major }: Pick<PlannedDatabase, 'engine' | 'major'>): string {
  return major === undefined ? WORDS[engine] : `${WORDS[engine]} ${major}`;
}

/**
 * Keeps the claims of a StatefulSet that is there: they cannot be changed, and a volume is never replaced.
 * @returns the object to apply
 */
export function keepClaims(wanted: KubeObject, live: KubeObject | undefined): KubeObject {
  const { volumeClaimTemplates } = specOf(live);
  return volumeClaimTemplates === undefined ? wanted : { ...wanted, spec: { ...specOf(wanted), volumeClaimTemplates } };
}

/** The size that the volume of a StatefulSet was made with; undefined when there is none. */
export function storageOf(live: KubeObject | undefined): string | undefined {
  const { volumeClaimTemplates } = specOf(live);
  const [claim] = (volumeClaimTemplates ?? []) as { spec: { resources?: { requests?: { storage?: string } } } }[];
  return claim?.spec.resources?.requests?.storage;
}

function specOf(object: KubeObject | undefined): Record<string, unknown> {
  return (object?.spec ?? {}) as Record<string, unknown>;
}

/** What a database was made with, as far as it is known. */
export interface Recorded {
  /** `postgres 17`, or `postgres` alone. */
  engine: string | undefined;
  /** `namespace/name` of its server; undefined: a server of its own. */
  server: string | undefined;
}

/**
 * Data fits one engine and major version: another one cannot read it, or would change it for good. And it does not move from
 * one server to another.
 * @param recorded undefined: there is none yet
 * @throws UserError that says what to do
 */
export function refuseAnotherDatabase(wanted: PlannedDatabase, recorded: Recorded | undefined): void {
  if (recorded === undefined) return;
  const [engine, major] = recorded.engine?.split(' ') ?? [wanted.engine];
  const sameMajor = major === undefined || wanted.major === undefined || major === wanted.major;
  if (engine !== wanted.engine || !sameMajor) {
    const made = databaseTitle({ engine: engine as DatabaseEngine, major });
    throw kept(
      `the environment's database is ${made}, and slipway.yml now asks for ${databaseTitle(wanted)}`,
      'version',
    );
  }
  const server = wanted.server && serverId(wanted.server);
  if (server === recorded.server) return;
  throw kept(
    `the environment's database is on ${where(recorded.server)}, and slipway.yml now asks for ${where(server)}`,
    'server',
  );
}

function kept(message: string, what: string): UserError {
  return new UserError(message, {
    details: ['Nothing was changed: that could not be read there, and would be lost.'],
    remedy: `To keep the data, put the ${what} back. To begin anew, run review-environment with \`operation: reset-database\`: the data is lost, and seeded again.`,
  });
}

function where(server: string | undefined): string {
  return server === undefined ? 'a server of its own' : `the shared server ${server}`;
}

/** `namespace/name` of a shared server. */
export function serverId({ namespace, name }: Pick<SharedServer, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
