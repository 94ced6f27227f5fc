import { configRefsOf } from '../../../objects/config-refs.ts';
import { podTemplateOf } from '../../../objects/pod-template.ts';
import { DATABASE } from '../../../plan/review/database/database.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Cluster, KubeObject } from '../../../ports.ts';
import { appWorkloads } from '../environment/workloads.ts';
import { hasData, type LiveDatabase, seededWith } from './database.ts';

/**
 * Whether the database waits for its seed. Once the app has been deployed against it, a database is never seeded: a seed
 * added later could overwrite data. The app is deployed after the seed is loaded, so a run that ended before has deployed none.
 */
export async function isUnseeded(
  live: LiveDatabase,
  { seed, database, resetDatabase, namespace }: ReviewUpPlan,
  cluster: Cluster,
): Promise<boolean> {
  if (seed === undefined || database === undefined) return false;
  if (resetDatabase || !hasData(live, database)) return true;
  if (seededWith(live) !== undefined) return false;
  return !(await appWorkloads(namespace, cluster)).some(usesDatabase);
}

/** The app may have been there before it had a database. */
function usesDatabase(workload: KubeObject): boolean {
  const template = podTemplateOf(workload);
  return (
    template !== undefined && configRefsOf(template).some(({ kind, name }) => kind === 'Secret' && name === DATABASE)
  );
}
