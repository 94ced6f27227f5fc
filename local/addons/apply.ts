import { type Cluster, kubectl } from '../machine/kubectl.ts';

/** Applies and waits until its workloads are available. */
export async function applyAddon(cluster: Cluster, manifest: string, workload?: string): Promise<void> {
  await kubectl(cluster, ['apply', '--server-side', '--field-manager=slipway-local', '--filename=-'], manifest);
  if (workload) {
    await kubectl(cluster, ['--namespace=kube-system', 'rollout', 'status', workload, '--timeout=120s']);
  }
}
