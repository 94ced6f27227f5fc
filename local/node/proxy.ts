import { join } from 'node:path';
import { kubeconfigOf } from '../control/kubeconfig.ts';
import { start, untilReady } from '../machine/daemon.ts';
import { writeChanged } from '../machine/files.ts';
import { network, nodeName, ports } from '../network.ts';
import { stateDir } from '../paths.ts';

export async function startProxy(kube: string): Promise<void> {
  const config = join(stateDir, 'kube-proxy.json');
  await writeChanged(config, JSON.stringify(proxyConfig(await kubeconfigOf('kube-proxy')), null, 2));
  await start({ name: 'kube-proxy', ofCluster: true, program: kube, args: ['kube-proxy', `--config=${config}`] });
  await untilReady('kube-proxy', () =>
    fetch(`http://127.0.0.1:${ports.proxyHealth}/livez`).then(
      () => true,
      () => false,
    ),
  );
}

/** Zeros leave the kernel's connection tracking as the machine has it. */
export function proxyConfig(kubeconfig: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig },
    hostnameOverride: nodeName,
    mode: 'iptables',
    clusterCIDR: network.pods,
    bindAddress: network.node,
    healthzBindAddress: `127.0.0.1:${ports.proxyHealth}`,
    metricsBindAddress: `127.0.0.1:${ports.proxyMetrics}`,
    nodePortAddresses: [`${network.node}/32`],
    oomScoreAdj: 0,
    iptables: { localhostNodePorts: false, minSyncPeriod: '50ms', syncPeriod: '30s' },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
