import { EnvironmentError } from '../../errors.ts';
import { FIELD_MANAGER, LABELS } from '../../objects/names.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';

export type NamespaceState = 'there' | 'created' | 'missing';

/** What this account can find out about the namespace. */
export interface NamespaceLook {
  /** Also for an account that may not read namespaces: it gets the server's error with the first object. */
  there: boolean;
  mayCreate: boolean;
}

/** Writes nothing. */
export async function lookAtNamespace(name: string, cluster: Cluster): Promise<NamespaceLook> {
  const [mayRead, mayCreate = false] = await cluster.allowed([
    { verb: 'get', group: '', resource: 'namespaces', namespace: name },
    { verb: 'create', group: '', resource: 'namespaces' },
  ]);
  const there = !mayRead || (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name })) !== undefined;
  return { there, mayCreate };
}

/**
 * Ensures that the namespace exists. It is the only object that Slipway writes before validation, because the server can
 * validate nothing without it, and only in environments that are not the target of a promotion.
 * @returns `missing` in a dry run that would create it
 * @throws EnvironmentError with the command to run, when it is missing and Slipway may not create it
 */
export async function ensureNamespace(
  plan: Pick<RolloutPlan, 'namespace' | 'environment' | 'createNamespace' | 'dryRun'>,
  { there, mayCreate }: NamespaceLook,
  { cluster, log }: { cluster: Cluster; log: Log },
): Promise<NamespaceState> {
  const name = plan.namespace;
  if (there) return 'there';
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
