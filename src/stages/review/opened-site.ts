import type { Cluster, Log } from '../../ports.ts';

/** Opens the cluster, and logs which one it is. */
export async function openedSite<Ports extends { connect(): Promise<Cluster>; log: Log }>(
  ports: Ports,
): Promise<Ports & { cluster: Cluster }> {
  const cluster = await ports.connect();
  ports.log.info(`cluster ${cluster.name}, Kubernetes ${await cluster.version()}`);
  return { ...ports, cluster };
}
