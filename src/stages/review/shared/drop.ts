import { LABELS } from '../../../plan/names.ts';
import { refOf } from '../../../plan/objects/ref.ts';
import { DATABASE_RECORD, dropJob } from '../../../plan/review/shared/jobs.ts';
import type { Cluster, KubeObject } from '../../../ports.ts';
import { inPool } from '../../pool.ts';
import type { Waiting } from '../namespace.ts';
import { runAdminJob } from './admin-job.ts';

/** Each is a pod and a connection of an administrator. */
const AT_ONCE = 4;

/**
 * The records of databases on shared servers, found by the labels of their owners, in whatever namespace a server is.
 * @param owner a label selector, such as that of `ownerSelector`; empty: those of everybody
 */
export async function findDatabases(owner: string, cluster: Cluster): Promise<KubeObject[]> {
  const mine = [`${LABELS.managedBy}=slipway`, `${LABELS.component}=${DATABASE_RECORD}`];
  const labelSelector = [...mine, owner].filter((part) => part !== '').join(',');
  return cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { labelSelector });
}

/**
 * Drops databases on shared servers, each with its role, and then its record. Doing it twice is safe. A server that is gone
 * has taken its databases with it.
 * @param records what `findDatabases` found
 * @returns their names
 */
export async function dropDatabases(
  records: readonly KubeObject[],
  cluster: Cluster,
  waiting: Waiting,
): Promise<string[]> {
  return (await inPool(records, (record) => drop(record, cluster, waiting), AT_ONCE)).flat();
}

async function drop(record: KubeObject, cluster: Cluster, waiting: Waiting): Promise<string[]> {
  const { name, namespace, uid } = record.metadata;
  const job = dropJob(record);
  if (job === undefined || namespace === undefined) {
    waiting.log.warning(`ConfigMap ${namespace}/${name} is left alone: it does not say which database it stands for`);
    return [];
  }
  const secret = { apiVersion: 'v1', kind: 'Secret', name: secretOf(record), namespace };
  if ((await cluster.get(secret)) === undefined) {
    waiting.log.warning(
      `database ${name}: its server's Secret ${namespace}/${secret.name} is gone, and the server with it`,
    );
  } else {
    await runAdminJob(job, cluster, waiting);
  }
  await cluster.delete(refOf(record), uid === undefined ? {} : { uid });
  return [name];
}

function secretOf({ data }: KubeObject): string {
  return (data as { secret?: string } | undefined)?.secret ?? '';
}
