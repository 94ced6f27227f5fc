import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { Cluster, Kind, KubeObject } from '../../../src/ports.ts';

const kinds = (apiVersion: string, ...names: string[]): Kind[] => names.map((kind) => ({ apiVersion, kind }));
const KINDS: Kind[] = [
  ...kinds('v1', 'Namespace', 'Pod', 'Service', 'Secret', 'ConfigMap', 'PersistentVolumeClaim', 'ResourceQuota'),
  ...kinds('v1', 'LimitRange', 'ServiceAccount'),
  ...kinds('apps/v1', 'Deployment', 'StatefulSet', 'ReplicaSet'),
  ...kinds('batch/v1', 'Job'),
  ...kinds('networking.k8s.io/v1', 'Ingress', 'NetworkPolicy'),
];

/** Milliseconds. The provisioner deletes a volume after its claim is gone: a namespace does not wait for it. */
const VOLUMES_WITHIN_MS = 60_000;

/** What is in the cluster under our labels of a pull request, and the volumes of its namespace: kind, namespace and name. */
export async function leftoversOf(
  cluster: Cluster,
  repositoryId: number,
  number: number,
  namespace: string,
): Promise<string[]> {
  const labelSelector = `slipway.dev/repository-id=${repositoryId},slipway.dev/pull-request=${number}`;
  const lists = await Promise.all(KINDS.map((kind) => cluster.list(kind, { labelSelector })));
  return [...lists.flat(), ...(await volumesLeft(cluster, namespace))].map(
    ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
  );
}

async function volumesLeft(cluster: Cluster, namespace: string): Promise<KubeObject[]> {
  const until = Date.now() + VOLUMES_WITHIN_MS;
  for (;;) {
    const volumes = await cluster.list({ apiVersion: 'v1', kind: 'PersistentVolume' });
    const ours = volumes.filter((volume) => claimNamespace(volume) === namespace);
    if (ours.length === 0 || Date.now() >= until) return ours;
    await systemClock.sleep(250);
  }
}

function claimNamespace(volume: KubeObject): string | undefined {
  return (volume.spec as { claimRef?: { namespace?: string } }).claimRef?.namespace;
}
