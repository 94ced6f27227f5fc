import { EnvironmentError } from '../../errors.ts';
import { FIELD_MANAGER, LABELS } from '../../objects/names.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';

export type NamespaceState = 'there' | 'created' | 'missing';

/**
 * Ensures that the namespace exists. It is the only object that Slipway writes before validation, because the server can
 * validate nothing without it, and only in environments that are not the target of a promotion.
 * @returns `missing` in a dry run that would create it
 * @throws EnvironmentError with the command to run, when it is missing and Slipway may not create it
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
