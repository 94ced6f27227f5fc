import { addressesOf, inUrl } from '../../objects/ingress/address.ts';
import type { Cluster } from '../../ports.ts';

/**
 * The URL of an app that has its own load balancer.
 * @returns `tcp://address:port`; undefined while it has no address
 */
export async function balancedUrl(
  { name, namespace, port }: { name: string; namespace: string; port: number },
  cluster: Pick<Cluster, 'get'>,
): Promise<string | undefined> {
  const service = await cluster.get({ apiVersion: 'v1', kind: 'Service', name, namespace });
  const { ip, hostname } = addressesOf(service ?? {});
  const host = ip === undefined ? hostname : inUrl(ip);
  return host === undefined ? undefined : `tcp://${host}:${port}`;
}
