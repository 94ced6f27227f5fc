import { KubeCluster } from './kube-cluster.ts';
import { proxyOf } from './proxy.ts';
import type { RestContext } from './rest.ts';

/**
 * A cluster to work with. Nothing is sent before the first call.
 * @param env where HTTPS_PROXY and NO_PROXY are looked up, for a connection that names no proxy itself
 */
export function openKube(context: RestContext, env: NodeJS.ProcessEnv = {}): KubeCluster {
  const { connection, log } = context;
  if (connection.insecure) {
    log.warning(
      `the kubeconfig says insecure-skip-tls-verify: anybody on the way to ${connection.server} can be ${connection.name}`,
    );
  }
  return new KubeCluster({
    ...context,
    connection: { ...connection, proxy: connection.proxy ?? proxyOf(connection.server, env) },
  });
}
