import { randomBytes } from 'node:crypto';
import { UserError } from '../../../errors.ts';
import { FIELD_MANAGER } from '../../../objects/names.ts';
import {
  DATABASE,
  DATABASE_ANNOTATIONS,
  DATABASE_CLAIM,
  type PlannedDatabase,
} from '../../../plan/review/database/database.ts';
import { keepClaims, type Recorded, refuseAnotherDatabase, runningOf } from '../../../plan/review/database/kept.ts';
import {
  type Address,
  databasePassword,
  databaseSecret,
  databaseService,
  databaseStatefulSet,
} from '../../../plan/review/database/objects.ts';
import { foreignLabels, type Owner } from '../../../plan/review/environment/owner.ts';
import type { Cluster, KubeObject, Log } from '../../../ports.ts';

/**
 * One field manager per mark: server-side apply drops fields that its manager no longer sends, so a shared manager would erase
 * the other mark.
 */
const MARK_MANAGERS = { seeded: `${FIELD_MANAGER}-seed`, made: `${FIELD_MANAGER}-made` } as const;

/** The database before this run. */
export interface LiveDatabase {
  secret: KubeObject | undefined;
  claim: KubeObject | undefined;
  statefulSet: KubeObject | undefined;
}

export async function readDatabase(namespace: string, cluster: Cluster): Promise<LiveDatabase> {
  const get = (apiVersion: string, kind: string, name: string) => cluster.get({ apiVersion, kind, name, namespace });
  const [secret, claim, statefulSet] = await Promise.all([
    get('v1', 'Secret', DATABASE),
    get('v1', 'PersistentVolumeClaim', DATABASE_CLAIM),
    get('apps/v1', 'StatefulSet', DATABASE),
  ]);
  return { secret, claim, statefulSet };
}

/**
 * Checks that the existing database can be kept.
 * @throws UserError for another engine, major version or server, a volume without its password
 */
export function checkDatabase(live: LiveDatabase, wanted: PlannedDatabase): void {
  refuseAnotherDatabase(wanted, recordedOf(live));
  if (live.secret === undefined && live.claim !== undefined) {
    throw new UserError(`the environment's database exists, and its password (Secret ${DATABASE}) is gone`, {
      details: [`Nobody can sign in to the data in ${live.claim.metadata.namespace}/${DATABASE_CLAIM}.`],
      remedy:
        'Put the Secret back, or start with an empty database: run review-environment with `operation: reset-database`.',
    });
  }
}

/** The volume records an environment's own server, the Secret a database on a shared server. */
function recordedOf({ claim, secret, statefulSet }: LiveDatabase): Recorded | undefined {
  const noted = secret?.metadata.annotations ?? {};
  const server = noted[DATABASE_ANNOTATIONS.server];
  if (server !== undefined) return { engine: noted[DATABASE_ANNOTATIONS.engine], server };
  const engine = claim?.metadata.annotations?.[DATABASE_ANNOTATIONS.engine];
  return claim && { engine, server: undefined, running: runningOf(statefulSet) };
}

/** @throws UserError when a Secret of another owner has the name: it is neither used nor removed */
export function refuseForeignSecret(live: LiveDatabase, owner: Owner): void {
  const foreign = live.secret === undefined ? [] : foreignLabels(live.secret.metadata, owner);
  if (foreign.length === 0) return;
  throw new UserError(`Secret ${DATABASE} exists already, and does not belong to Slipway`, {
    details: foreign.map((label) => `label ${label}`),
    remedy: 'Give it another name: this one belongs to the database of the environment.',
  });
}

/**
 * Creates the password once: an existing Secret does not change.
 * @param address of a shared server
 * @returns the password, masked
 */
export async function makePassword(
  live: LiveDatabase,
  wanted: PlannedDatabase,
  owner: Owner,
  namespace: string,
  { cluster, log }: { cluster: Cluster; log: Log },
  address?: Address,
): Promise<string> {
  if (live.secret === undefined) {
    const password = newPassword(log);
    const secret = databaseSecret(wanted, owner, namespace, password, address);
    if ((await cluster.create(secret, { fieldManager: FIELD_MANAGER })) !== undefined) return password;
  }
  const { secret } = live.secret === undefined ? await readDatabase(namespace, cluster) : live;
  if (secret === undefined) throw new UserError(`Secret ${namespace}/${DATABASE} was deleted while this run used it`);
  const password = databasePassword(secret, wanted);
  log.mask(password);
  return password;
}

/** The objects to apply; they keep an existing volume. A database on a shared server needs none. */
export function databaseObjects(
  live: LiveDatabase,
  wanted: PlannedDatabase,
  owner: Owner,
  namespace: string,
): KubeObject[] {
  if (wanted.server !== undefined) return [];
  return [
    databaseService(wanted, owner, namespace),
    keepClaims(databaseStatefulSet(wanted, owner, namespace), live.statefulSet),
  ];
}

/** A password of 192 random bits, in characters that need no quoting; masked before anything can print it. */
export function newPassword(log: Log): string {
  const password = randomBytes(24).toString('hex');
  log.mask(password);
  return password;
}

/** The mark of a seeded database: the hash of its seed, or `template`; undefined: not seeded, as far as noted. */
export function seededWith({ claim, secret }: LiveDatabase): string | undefined {
  const marks = { ...claim?.metadata.annotations, ...secret?.metadata.annotations };
  return marks[DATABASE_ANNOTATIONS.seeded];
}

/** Whether an earlier deploy has made the database. */
export function hasData(live: LiveDatabase, { server }: Pick<PlannedDatabase, 'server'>): boolean {
  return server === undefined ? live.claim !== undefined : madeFrom(live) !== undefined;
}

/** How the database was made on a shared server; undefined: not yet. */
export function madeFrom({ secret }: Pick<LiveDatabase, 'secret'>): string | undefined {
  return secret?.metadata.annotations?.[DATABASE_ANNOTATIONS.made];
}

/**
 * Notes on the volume's claim, or on the Secret of a database on a shared server, what was done once. The note saves later
 * deploys a Job. The database and its role are authoritative: after a killed run the next deploy reads them.
 */
export async function note(
  mark: 'seeded' | 'made',
  value: string,
  { server }: Pick<PlannedDatabase, 'server'>,
  namespace: string,
  cluster: Cluster,
): Promise<void> {
  const [kind, name] = server ? ['Secret', DATABASE] : ['PersistentVolumeClaim', DATABASE_CLAIM];
  const metadata = { name, namespace, annotations: { [DATABASE_ANNOTATIONS[mark]]: value } };
  await cluster.apply({ apiVersion: 'v1', kind, metadata }, { fieldManager: MARK_MANAGERS[mark] });
}

/** Removes a mark from the Secret of a database on a shared server: the next deploy queries the server. */
export async function forget(mark: 'seeded' | 'made', secret: KubeObject, cluster: Cluster): Promise<void> {
  const { name, namespace, uid } = secret.metadata;
  const metadata = { name, ...(namespace && { namespace }) };
  const options = { fieldManager: MARK_MANAGERS[mark], ...(uid && { uid }) };
  await cluster.apply({ apiVersion: 'v1', kind: 'Secret', metadata }, options);
}
