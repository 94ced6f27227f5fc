import { messageOf, UserError } from '../../errors.ts';
import { FIELD_MANAGER, LABELS } from '../../objects/names.ts';
import { isOwnedBy, ownerLabels } from '../../objects/owner.ts';
import { refOf } from '../../objects/ref.ts';
import { newestFirst, type Release } from '../../objects/release.ts';
import {
  SECRET_ENV,
  type SecretEnvObject,
  secretEnvName,
  secretEnvObject,
} from '../../objects/secret-env/secret-env.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Cluster, Kind, Log } from '../../ports.ts';
import { inPool } from '../pool.ts';
import { secretValues } from '../secret-env.ts';
import type { DeliveryPorts } from './ports.ts';

/** The Secret of secretEnv in one release. */
export interface ReleaseSecretEnv {
  name: string;
  keys: readonly string[];
  /** undefined in a dry run that does not know the values. */
  object: SecretEnvObject | undefined;
}

/**
 * The Secret with the values of this run; undefined without secretEnv. Its name changes with its values, so that pods are
 * replaced, and a rollback finds the values of its release.
 * @param salt of the configuration of this app and environment
 * @throws UserError for a missing or unfit value
 */
export function releaseSecretEnv(
  plan: RolloutPlan,
  releases: readonly Release[],
  salt: string,
  ports: Pick<DeliveryPorts, 'variables' | 'log'>,
): ReleaseSecretEnv | undefined {
  const { app, environment, namespace, secretEnv } = plan;
  const keys = Object.keys(secretEnv);
  if (keys.length === 0) return undefined;
  const key = `environments.${environment}.secretEnv`;
  const values = secretValues(secretEnv, { key, mayMiss: plan.dryRun }, ports);
  if (values === undefined) {
    const known = [...releases].sort(newestFirst).find(({ outcome }) => outcome === 'succeeded')?.secretEnv;
    return { name: known ?? `${app}-${environment}-env-unknown`, keys, object: undefined };
  }
  const name = secretEnvName(app, environment, values, salt);
  const object = { ...secretEnvObject({ name, namespace, labels: ownerLabels(plan) }, values), immutable: true };
  return { name, keys, object };
}

/**
 * Lets the API server validate the Secret, without storing it.
 * @param mayTry whether the account may write a kind; it may not in every dry run
 * @returns whether it is still to be created
 * @throws UserError for a Secret of this name that is not of Slipway
 */
export async function checkSecretEnv(
  secretEnv: ReleaseSecretEnv | undefined,
  owner: Pick<RolloutPlan, 'app' | 'environment' | 'repositoryId'>,
  cluster: Cluster,
  mayTry: (kind: Kind) => boolean = () => true,
): Promise<boolean> {
  const { object } = secretEnv ?? {};
  if (object === undefined) return false;
  const live = await cluster.get(refOf(object));
  if (live === undefined) {
    if (mayTry(object)) await cluster.create(object, { fieldManager: FIELD_MANAGER, dryRun: true });
    return true;
  }
  if (isOwnedBy(live, owner)) return false;
  const { name, namespace } = object.metadata;
  throw new UserError(`Secret ${namespace}/${name} exists, and is not the one of secretEnv`, {
    details: ['nothing was written'],
    remedy: `Find out whose it is, and delete it: kubectl -n ${namespace} delete secret ${name}`,
  });
}

/** Creates the Secret before the first object that reads it. */
export async function createSecretEnv(
  secretEnv: ReleaseSecretEnv | undefined,
  cluster: Pick<Cluster, 'create'>,
): Promise<void> {
  if (secretEnv?.object) await cluster.create(secretEnv.object, { fieldManager: FIELD_MANAGER });
}

/**
 * Deletes the Secrets of earlier releases, now that this one is ready: all but its own and that of the release before, and
 * all of them when slipway.yml has no secretEnv any more. Never rejects.
 */
export async function pruneSecretEnv(
  { secretEnv }: Pick<Release, 'secretEnv'>,
  { before, releases }: { before: Release | undefined; releases: readonly Release[] },
  plan: RolloutPlan,
  { cluster, log }: { cluster: Cluster; log: Log },
): Promise<void> {
  if (![secretEnv, ...releases.map((release) => release.secretEnv)].some(Boolean)) return;
  const kept = secretEnv === undefined ? [] : [secretEnv, before?.secretEnv];
  const { app, environment, namespace } = plan;
  const labelSelector = `${LABELS.app}=${app},${LABELS.environment}=${environment},${LABELS.component}=${SECRET_ENV}`;
  try {
    const all = await cluster.list(
      { apiVersion: 'v1', kind: 'Secret' },
      { namespace, labelSelector, metadataOnly: true },
    );
    const old = all.filter(({ metadata }) => isOwnedBy({ metadata }, plan) && !kept.includes(metadata.name));
    await inPool(old, ({ metadata: { name, uid } }) =>
      cluster.delete({ apiVersion: 'v1', kind: 'Secret', namespace, name }, uid ? { uid } : {}),
    );
    for (const { metadata } of old) log.info(`removed Secret ${metadata.name}: no release needs its values any more`);
  } catch (error) {
    log.warning(`Secrets of secretEnv of earlier releases were not removed: ${messageOf(error)}`);
  }
}
