import { EnvironmentError } from '../../errors.ts';
import { FIELD_MANAGER, LABELS } from '../../objects/names.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';

export type NamespaceState = 'there' | 'created' | 'missing';

/**
 * Makes sure that the namespace is there. It is the one thing that is written before validation, because nothing can be
 * validated without it; and only where nothing is promoted to.
 * @returns `missing` in a dry run that would create it
 * @throws EnvironmentError with the command to run, when it is missing and not ours to create
 */
export async function ensureNamespace(
  plan: Pick<RolloutPlan, 'namespace' | 'environment' | 'createNamespace' | 'dryRun'>,
  { cluster, log }: { cluster: Cluster; log: Log },
): Promise<NamespaceState> {
  const name = plan.namespace;
  const [mayRead, mayCreate] = await cluster.allowed([
    { verb: 'get', group: '', resource: 'namespaces', namespace: name },
    { verb: 'create', group: '', resource: 'namespaces' },
  ]);
  // An account that may not read namespaces gets the server's error with the first object.
  if (!mayRead || (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name }))) return 'there';
  if (!plan.createNamespace || !mayCreate) {
    throw new EnvironmentError(`namespace ${name} of environment ${plan.environment} does not exist`, {
      remedy: `Create it once: kubectl create namespace ${name}`,
    });
  }
  if (plan.dryRun) return 'missing';
  const namespace: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { [LABELS.managedBy]: 'slipway', [LABELS.environment]: plan.environment } },
  };
  await cluster.create(namespace, { fieldManager: FIELD_MANAGER });
  log.info(`created namespace ${name}`);
  return 'created';
}
