import { FIELD_MANAGER } from '../../../plan/names.ts';
import type { Owner } from '../../../plan/review/owner.ts';
import { databaseRecord, provisionJob } from '../../../plan/review/shared/jobs.ts';
import type { OnServer } from '../../../plan/review/shared/server-objects.ts';
import type { Cluster } from '../../../ports.ts';
import type { Waiting } from '../namespace.ts';
import { runAdminJob } from './admin-job.ts';

/** How a database on a shared server came to be. */
export interface Made {
  from: 'template' | 'empty' | 'kept';
  /** It holds a seed, which came with the template. */
  seeded: boolean;
}

/**
 * Makes the database of an environment on the shared server, from the template where there is one. The record comes first:
 * a database without one would be dropped by nobody.
 */
export async function provision(
  database: OnServer,
  owner: Owner,
  password: string,
  cluster: Cluster,
  waiting: Waiting,
): Promise<Made> {
  await cluster.apply(databaseRecord(database, owner), { fieldManager: FIELD_MANAGER });
  const word = await runAdminJob(provisionJob(database, owner, password), cluster, waiting);
  const [from, seeded] = word.split(/\s+/);
  return { from: from === 'template' || from === 'empty' ? from : 'kept', seeded: seeded === 'seeded' };
}
