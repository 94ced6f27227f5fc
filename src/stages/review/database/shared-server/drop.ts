import { EnvironmentError, SlipwayError, Unreachable } from '../../../../errors.ts';
import { FIELD_MANAGER, LABELS } from '../../../../objects/names.ts';
import { refOf } from '../../../../objects/ref.ts';
import {
  DATABASE_RECORD,
  dropJob,
  droppedRecord,
  isDropped,
  makesFor,
  PROVISION_JOB,
} from '../../../../plan/review/database/shared-server/jobs.ts';
import { NEWER, ROLE_STAYS } from '../../../../plan/review/database/shared-server/sql/drop.ts';
import type { Cluster, KubeObject } from '../../../../ports.ts';
import { hasEnded } from '../../../../readiness/job.ts';
import { inPool } from '../../../pool.ts';
import type { Site } from '../../../site.ts';
import { namespaceRef } from '../../environment/namespace.ts';
import { endJobs, runAdminJob } from './admin-job.ts';

/** Drops at a time: each is a pod and a connection of an administrator. */
const AT_ONCE = 4;

/**
 * The records of databases on shared servers, found by the labels of their owners, in whatever namespace a server is.
 * @param owner a label selector, such as that of `ownerSelector`; empty: all databases
 */
export async function findDatabases(owner: string, cluster: Cluster): Promise<KubeObject[]> {
  const mine = [`${LABELS.managedBy}=slipway`, `${LABELS.component}=${DATABASE_RECORD}`];
  const labelSelector = [...mine, owner].filter((part) => part !== '').join(',');
  return cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { labelSelector });
}

/** Result of dropping databases. */
export interface Dropped {
  /** Records of the databases that were dropped. */
  dropped: readonly KubeObject[];
  /** Records of the databases that were not dropped, and why. */
  failed: readonly { record: KubeObject; error: SlipwayError }[];
}

/**
 * Drops databases on shared servers, each with its role, and then deletes its record. A server that does not answer blocks
 * only its own databases. A deleted server has no databases left to drop. A role that cannot be dropped yet loses its
 * sign-in; its record stays, a later run drops it, and nothing fails. Running it again is safe.
 * @param records the result of `findDatabases`
 * @param isMeant checked right before each drop
 * @returns the databases that were dropped, and the reasons that kept the others
 * @throws Unreachable when the cluster is away
 */
export async function dropDatabases(
  records: readonly KubeObject[],
  site: Site,
  isMeant: (record: KubeObject) => Promise<boolean> = async () => true,
): Promise<Dropped> {
  const failed: { record: KubeObject; error: SlipwayError }[] = [];
  const attempt = async (record: KubeObject) => {
    try {
      return (await isMeant(record)) && (await drop(record, site)) ? [record] : [];
    } catch (error) {
      if (!(error instanceof SlipwayError) || error instanceof Unreachable || site.signal.aborted) throw error;
      failed.push({ record, error: notDropped(record, error) });
      return [];
    }
  };
  const dropped = await inPool(records, attempt, AT_ONCE);
  return { dropped: dropped.flat(), failed };
}

/**
 * Drops only the databases whose environments no longer exist. Removing namespaces and dropping many databases can take
 * minutes, so it looks each environment up right before the drop. The uid of the namespace identifies the environment: a
 * newer environment of the same name has a database of its own.
 */
export function dropUnused(records: readonly KubeObject[], site: Site): Promise<Dropped> {
  return dropDatabases(records, site, async (record) => !(await hasEnvironment(record, site.cluster)));
}

/** Label selector of the owner of a record. */
function ownersOf({ metadata: { labels = {} } }: KubeObject): string {
  const owner = [LABELS.app, LABELS.repository, LABELS.pullRequest, LABELS.variant];
  return owner.map((key) => (labels[key] === undefined ? `!${key}` : `${key}=${labels[key]}`)).join(',');
}

/** Jobs of a cancelled run that may still make the database of a record. */
async function makersOf(record: KubeObject, cluster: Cluster): Promise<KubeObject[]> {
  const labelSelector = `${LABELS.component}=${PROVISION_JOB},${ownersOf(record)}`;
  const { namespace = '' } = record.metadata;
  const jobs = await cluster.list({ apiVersion: 'batch/v1', kind: 'Job' }, { namespace, labelSelector });
  return jobs.filter((job) => !hasEnded(job) && makesFor(job, record));
}

async function hasEnvironment(record: KubeObject, cluster: Cluster): Promise<boolean> {
  const { namespace, environment } = (record.data ?? {}) as { namespace?: string; environment?: string };
  // By name: labels can have been changed.
  if (namespace && environment) return (await cluster.get(namespaceRef(namespace)))?.metadata.uid === environment;
  // A record of an earlier version names no environment.
  const ours = { labelSelector: ownersOf(record), metadataOnly: true };
  return (await cluster.list({ apiVersion: 'v1', kind: 'Namespace' }, ours)).length > 0;
}

/** @returns whether this run dropped the database, or the server no longer exists */
async function drop(record: KubeObject, site: Site): Promise<boolean> {
  const { cluster, log } = site;
  const { name, namespace, uid, resourceVersion } = record.metadata;
  const job = dropJob(record);
  if (job === undefined || namespace === undefined) {
    log.warning(`ConfigMap ${namespace}/${name} is left alone: it does not say which database it stands for`);
    return false;
  }
  const secret = { apiVersion: 'v1', kind: 'Secret', name: secretOf(record), namespace };
  if ((await cluster.get(secret)) === undefined) {
    log.warning(`database ${name}: its server's Secret ${namespace}/${secret.name} is gone, and the server with it`);
  } else {
    await endJobs(await makersOf(record, cluster), site);
    const word = await runAdminJob(job, site);
    if (word === NEWER) log.info(`database ${name} belongs to a newer environment: keeping it`);
    if (word === ROLE_STAYS) {
      log.info(`database ${name} is dropped; its role cannot sign in any more, and the reaper drops it later`);
      if (!isDropped(record))
        await cluster.apply(droppedRecord(record), { fieldManager: FIELD_MANAGER, ...(uid && { uid }) });
      return !isDropped(record);
    }
  }
  // As it was read: a newer environment has written its own.
  await cluster.delete(refOf(record), { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) });
  return !isDropped(record);
}

function notDropped({ metadata, data }: KubeObject, error: SlipwayError): EnvironmentError {
  const { database = metadata.name } = (data ?? {}) as { database?: string };
  const { message, details, remedy } = error;
  return new EnvironmentError(`database ${database} was not dropped: ${message}`, {
    details: [...details],
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** One error for all of them, with the remedy of each: servers and causes can differ. */
export function dropError({ failed }: Dropped): SlipwayError | undefined {
  const errors = failed.map(({ error }) => error);
  const [first, ...more] = errors;
  if (first === undefined || more.length === 0) return first;
  return new EnvironmentError(`${errors.length} databases were not dropped`, {
    details: errors.flatMap(({ message, details, remedy }) => [message, ...details, ...(remedy ? [remedy] : [])]),
    remedy: 'The next run retries.',
  });
}

function secretOf({ data }: KubeObject): string {
  return (data as { secret?: string } | undefined)?.secret ?? '';
}
