import { DATABASE, DATABASE_ANNOTATIONS, serverId } from '../../../plan/review/database.ts';
import { majorIn } from '../../../plan/review/database-kept.ts';
import { fitOf } from '../../../plan/review/database-version.ts';
import { objectName } from '../../../plan/review/shared/names.ts';
import { formerServer } from '../../../plan/review/shared/server.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Cluster } from '../../../ports.ts';

/**
 * The plan of an environment whose database was put on a shared server while the image's tag was misread: it stays on that
 * server, unless another version is asked for now. To be called under the lease; nothing is written.
 * @returns the plan as it is for all others
 */
export async function onItsServer(plan: ReviewUpPlan, cluster: Cluster): Promise<ReviewUpPlan> {
  const { database, namespace, isolation, resetDatabase } = plan;
  const former = database && formerServer(database);
  if (database === undefined || former === undefined || resetDatabase) return plan;
  const secret = await cluster.get({ apiVersion: 'v1', kind: 'Secret', name: DATABASE, namespace });
  const { annotations } = secret?.metadata ?? {};
  if (annotations?.[DATABASE_ANNOTATIONS.server] !== serverId(former)) return plan;
  // It says beside the server with which image the database was made.
  const at = { apiVersion: 'v1', kind: 'ConfigMap', name: objectName(database.user), namespace: former.namespace };
  const { image } = ((await cluster.get(at))?.data ?? {}) as { image?: string };
  const asked = image === undefined ? undefined : { image, noted: undefined };
  if (fitOf(database, majorIn(annotations), asked) !== 'fits') return plan;
  return { ...plan, database: { ...database, server: former }, isolation: { ...isolation, server: former } };
}
