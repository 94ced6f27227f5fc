import type { PlannedApp } from '../../objects/app/app-spec-of.ts';
import { addressesOf, inUrl } from '../../objects/ingress/address.ts';
import { routedProcesses } from '../../objects/ingress/routes.ts';
import type { Cluster } from '../../ports.ts';

/**
 * The URL of an app whose one process with a port has its own load balancer.
 * @returns `tcp://address:port`; undefined while it has no address
 */
export async function balancedUrl(
  app: Pick<PlannedApp, 'namespace' | 'processes'>,
  cluster: Pick<Cluster, 'get'>,
): Promise<string | undefined> {
  const [process] = routedProcesses(app);
  if (process === undefined) return undefined;
  const { name, port } = process;
  const service = await cluster.get({ apiVersion: 'v1', kind: 'Service', name, namespace: app.namespace });
  const { ip, hostname } = addressesOf(service ?? {});
  const host = ip === undefined ? hostname : inUrl(ip);
  return host === undefined ? undefined : `tcp://${host}:${port}`;
}
