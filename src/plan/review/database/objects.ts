import type { DatabaseEngine } from '../../../config/engines.ts';
import type { DatabasePart } from '../../../config/known-placeholders.ts';
import { UserError } from '../../../errors.ts';
import { LABELS } from '../../../objects/names.ts';
import type { KubeObject } from '../../../ports.ts';
import type { ServiceCredentials } from '../../engines/engine.ts';
import { DATABASES, ENGINES } from '../../engines/engines.ts';
import { type Owner, ownerLabels, PART_LABEL } from '../environment/owner.ts';
import { DATABASE, DATABASE_ANNOTATIONS, type PlannedDatabase, serverId } from './database.ts';
import { engineRecord, type ServerSpec, serverService, serverStatefulSet } from './server.ts';

/** Address of a database. */
export interface Address {
  host: string;
  port: number;
  /** As in libpq; undefined: the client's default. */
  sslmode?: string | undefined;
}

/** Variables of the app: the connection as a URL and in parts, under the names that frameworks expect. */
export function databaseVariables(
  database: PlannedDatabase,
  password: string,
  address: Address = { host: DATABASE, port: ENGINES[database.engine].port },
): Record<string, string> {
  const { host, port, sslmode } = address;
  const credentials: ServiceCredentials = { user: database.user, password, database: database.user };
  const variables = ENGINES[database.engine].clientEnv(host, port, credentials);
  return {
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    ...variables,
    ...(sslmode ? { PGSSLMODE: sslmode, DATABASE_URL: `${variables.DATABASE_URL}?sslmode=${sslmode}` } : {}),
  };
}

/** The keys of that Secret by part of the connection. The server reads the credentials from it too, so every Secret has them. */
export function connectionKeys(engine: DatabaseEngine): Record<DatabasePart, string> {
  const { database: name = '', user = '', password = '' } = ENGINES[engine].credentialVariables;
  return { host: 'DATABASE_HOST', port: 'DATABASE_PORT', name, user, password, url: 'DATABASE_URL' };
}

/** The Secret with the connection. It is created once; its password never changes. */
export function databaseSecret(
  database: PlannedDatabase,
  owner: Owner,
  namespace: string,
  password: string,
  address?: Address,
): KubeObject {
  const annotations = database.server && {
    [DATABASE_ANNOTATIONS.engine]: engineRecord(database),
    [DATABASE_ANNOTATIONS.server]: serverId(database.server),
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: DATABASE, namespace, labels: labelsOf(owner), ...(annotations ? { annotations } : {}) },
    type: 'Opaque',
    data: encoded(databaseVariables(database, password, address)),
  };
}

/** The data of a Secret, from plain values. */
export function encoded(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
}

/** A value of a Secret; undefined when it is missing or empty. */
export function secretValue(secret: KubeObject, key: string): string | undefined {
  const value = (secret.data as Record<string, string> | undefined)?.[key];
  return value ? Buffer.from(value, 'base64').toString() : undefined;
}

/**
 * The password in a Secret made by `databaseSecret`.
 * @throws UserError when it is missing
 */
export function databasePassword(secret: KubeObject, database: Pick<PlannedDatabase, 'engine'>): string {
  const key = ENGINES[database.engine].credentialVariables.password ?? '';
  const password = secretValue(secret, key);
  if (password) return password;
  throw new UserError(`Secret ${secret.metadata.namespace}/${secret.metadata.name} holds no ${key}`, {
    remedy: 'Put it back, or start with an empty database: run review-environment with `operation: reset-database`.',
  });
}

/** The headless Service that gives the database the host name `database`. */
export function databaseService(database: PlannedDatabase, owner: Owner, namespace: string): KubeObject {
  return serverService(specOf(database, owner, namespace));
}

/** The server, with a volume that outlives its pod and every redeploy. */
export function databaseStatefulSet(database: PlannedDatabase, owner: Owner, namespace: string): KubeObject {
  return serverStatefulSet(specOf(database, owner, namespace));
}

function specOf(database: PlannedDatabase, owner: Owner, namespace: string): ServerSpec {
  const { storage, engine } = database;
  const { memory, args } = DATABASES[engine];
  const labels = labelsOf(owner);
  return { database, name: DATABASE, namespace, labels, storage, memory, args };
}

function labelsOf(owner: Owner): Record<string, string> {
  return { ...ownerLabels(owner), [LABELS.component]: 'database', [PART_LABEL]: DATABASE };
}
