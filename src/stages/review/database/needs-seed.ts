import { podTemplateOf } from '../../../objects/pod-template.ts';
import { DATABASE } from '../../../plan/review/database/database.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Cluster, KubeObject } from '../../../ports.ts';
import { hasData, type LiveDatabase, seededWith } from './database.ts';

/**
 * Whether the database waits for its seed. One that is there, and that the app has been deployed with, is never seeded any
 * more: slipway.yml may have got a seed since, and there may be data in it that the seed would replace. The app is deployed
 * after the seed is loaded, so that a run that ended before leaves none.
 */
export async function isUnseeded(
  live: LiveDatabase,
  { seed, database, resetDatabase, namespace, app }: ReviewUpPlan,
  cluster: Cluster,
): Promise<boolean> {
  if (seed === undefined || database === undefined || seededWith(live) !== undefined) return false;
  if (resetDatabase || !hasData(live, database)) return true;
  const deployment = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: app.name, namespace });
  return deployment === undefined || !usesDatabase(deployment);
}

/** The app may have been there before it had a database. */
function usesDatabase(deployment: KubeObject): boolean {
  const containers = (podTemplateOf(deployment)?.spec.containers ?? []) as { envFrom?: EnvFrom[] }[];
  return containers.some(({ envFrom = [] }) => envFrom.some(({ secretRef }) => secretRef?.name === DATABASE));
}

interface EnvFrom {
  secretRef?: { name?: string };
}
