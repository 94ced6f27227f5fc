import { type Cluster, kubectl } from '../machine/kubectl.ts';

const APPLY = ['apply', '--server-side', '--field-manager=slipway-local', '--filename=-'];

/** Applies and waits until its workloads are available. */
export async function applyAddon(cluster: Cluster, manifest: string, workload?: string): Promise<void> {
  await kubectl(cluster, APPLY, manifest);
  if (workload) await untilAvailable(cluster, workload);
}

/** Applies; resolves to a List of what is there now, in JSON. */
export function applied(cluster: Cluster, manifests: readonly string[]): Promise<string> {
  return kubectl(cluster, [...APPLY, '--output=json'], manifests.join('\n---\n'));
}

export async function untilAvailable(cluster: Cluster, workload: string): Promise<void> {
  await kubectl(cluster, ['--namespace=kube-system', 'rollout', 'status', workload, '--timeout=120s']);
}
