import { podTemplateOf } from '../../../objects/pod-template.ts';
import { DATABASE } from '../../../plan/review/database/database.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Cluster, KubeObject } from '../../../ports.ts';
import { hasData, type LiveDatabase, seededWith } from './database.ts';

/**
 * Whether the database waits for its seed. Once the app has been deployed against it, a database is never seeded: a seed
 * added later could overwrite data. The app is deployed after the seed is loaded, so a run that ended before has deployed none.
 */
export async function isUnseeded(
  live: LiveDatabase,
  { seed, database, resetDatabase, namespace, app }: ReviewUpPlan,
  cluster: Cluster,
): Promise<boolean> {
  if (seed === undefined || database === undefined) return false;
  if (resetDatabase || !hasData(live, database)) return true;
  if (seededWith(live) !== undefined) return false;
  const deployments = await Promise.all(
    app.processes.map(({ name }) => cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name, namespace })),
  );
  return !deployments.some((one) => one !== undefined && usesDatabase(one));
}

/** The app may have been there before it had a database. */
function usesDatabase(deployment: KubeObject): boolean {
  const containers = (podTemplateOf(deployment)?.spec.containers ?? []) as { envFrom?: EnvFrom[] }[];
  return containers.some(({ envFrom = [] }) => envFrom.some(({ secretRef }) => secretRef?.name === DATABASE));
}

interface EnvFrom {
  secretRef?: { name?: string };
}
