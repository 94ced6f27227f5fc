import { randomBytes } from 'node:crypto';
import { UserError } from '../../errors.ts';
import { FIELD_MANAGER } from '../../plan/names.ts';
import {
  DATABASE,
  DATABASE_ANNOTATIONS,
  DATABASE_CLAIM,
  keepClaims,
  type PlannedDatabase,
  refuseVersionJump,
} from '../../plan/review/database.ts';
import {
  databasePassword,
  databaseSecret,
  databaseService,
  databaseStatefulSet,
} from '../../plan/review/database-objects.ts';
import { foreignLabels, type Owner } from '../../plan/review/owner.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';

/** Field manager of the mark on the volume's claim, apart from what is applied on every deploy. */
const SEED_MANAGER = `${FIELD_MANAGER}-seed`;

/** What there is of the database before this run. */
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
 * Checks that what is there can be kept.
 * @throws UserError for another engine or major version, a volume whose password is gone
 */
export function checkDatabase(live: LiveDatabase, wanted: PlannedDatabase): void {
  refuseVersionJump(wanted, live.claim);
  if (live.secret === undefined && live.claim !== undefined) {
    throw new UserError(`the environment's database is there, and its password (Secret ${DATABASE}) is gone`, {
      details: [`${live.claim.metadata.namespace}/${DATABASE_CLAIM} holds data that nobody can sign in to.`],
      remedy: 'Put the Secret back, or begin anew: run review-environment with `operation: reset-database`.',
    });
  }
}

/** @throws UserError when the name of our Secret is taken: it is neither used nor removed */
export function refuseForeignSecret(live: LiveDatabase, owner: Owner): void {
  const foreign = live.secret === undefined ? [] : foreignLabels(live.secret.metadata, owner);
  if (foreign.length === 0) return;
  throw new UserError(`Secret ${DATABASE} is there already, and is not one of Slipway's`, {
    details: foreign.map((label) => `label ${label}`),
    remedy: 'Give it another name: this one belongs to the database of the environment.',
  });
}

/** Makes the password once, and never again: a Secret that is there is kept as it is. */
export async function makePassword(
  live: LiveDatabase,
  wanted: PlannedDatabase,
  owner: Owner,
  namespace: string,
  { cluster, log }: { cluster: Cluster; log: Log },
): Promise<void> {
  if (live.secret === undefined) {
    const password = newPassword();
    // Before anything can print it.
    log.mask(password);
    const secret = databaseSecret(wanted, owner, namespace, password);
    if ((await cluster.create(secret, { fieldManager: FIELD_MANAGER })) !== undefined) return;
  }
  const { secret } = live.secret === undefined ? await readDatabase(namespace, cluster) : live;
  if (secret !== undefined) log.mask(databasePassword(secret, wanted));
}

/** The objects to apply; they leave an existing volume alone. */
export function databaseObjects(
  live: LiveDatabase,
  wanted: PlannedDatabase,
  owner: Owner,
  namespace: string,
): KubeObject[] {
  return [
    databaseService(wanted, owner, namespace),
    keepClaims(databaseStatefulSet(wanted, owner, namespace), live.statefulSet),
  ];
}

/** 192 bits, in characters that need no quoting anywhere. */
function newPassword(): string {
  return randomBytes(24).toString('hex');
}

/** Has a seed been loaded into this volume? Its hash; undefined: not yet, as far as is known here. */
export function seededWith({ claim }: Pick<LiveDatabase, 'claim'>): string | undefined {
  return claim?.metadata.annotations?.[DATABASE_ANNOTATIONS.seeded];
}

/**
 * Notes on the volume that it is seeded, which saves the next deploys a Job. The truth is in the database itself: a run
 * that is killed before this note makes the next one ask there.
 */
export async function noteSeeded(namespace: string, hash: string, cluster: Cluster): Promise<void> {
  const metadata = { name: DATABASE_CLAIM, namespace, annotations: { [DATABASE_ANNOTATIONS.seeded]: hash } };
  await cluster.apply({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata }, { fieldManager: SEED_MANAGER });
}
