import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfigOf } from '../control/kubeconfig.ts';
import { start, untilReady } from '../machine/daemon.ts';
import { network, nodeName, ports } from '../network.ts';
import { containerdSocket, keysDir, stateDir } from '../paths.ts';
import { resolvConf } from './resolv.ts';

const root = join(stateDir, 'kubelet');

export async function startKubelet(kube: string): Promise<void> {
  await mkdir(root, { recursive: true });
  const resolv = join(stateDir, 'resolv.conf');
  await writeFile(resolv, resolvConf(await hostResolvConf()));
  const config = join(stateDir, 'kubelet.json');
  await writeFile(config, JSON.stringify(kubeletConfig(resolv), null, 2));
  const kubeconfig = await kubeconfigOf('kubelet');
  const args = ['kubelet', `--config=${config}`, `--kubeconfig=${kubeconfig}`, `--root-dir=${root}`];
  const identity = [`--hostname-override=${nodeName}`, `--node-ip=${network.node}`, `--cert-dir=${join(root, 'pki')}`];
  await start({ name: 'kubelet', ofCluster: true, program: kube, args: [...args, ...identity] });
  await untilReady('kubelet', () =>
    fetch(`http://127.0.0.1:${ports.kubeletHealth}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
}

/** Where systemd-resolved answers on the loopback address, the servers that it asks are in a file of its own. */
async function hostResolvConf(): Promise<string> {
  const resolved = await readFile('/run/systemd/resolve/resolv.conf', 'utf8').catch(() => undefined);
  return resolved ?? (await readFile('/etc/resolv.conf', 'utf8').catch(() => ''));
}

export function kubeletConfig(resolv: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: network.node,
    port: ports.kubelet,
    healthzBindAddress: '127.0.0.1',
    healthzPort: ports.kubeletHealth,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(keysDir, 'ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: join(keysDir, 'kubelet-server.crt'),
    tlsPrivateKeyFile: join(keysDir, 'kubelet-server.key'),
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: '/slipway',
    failSwapOn: false,
    oomScoreAdj: 0,
    clusterDomain: 'cluster.local',
    clusterDNS: [network.dns],
    resolvConf: resolv,
    podLogsDir: join(stateDir, 'pods'),
    volumePluginDir: join(root, 'plugins'),
    serializeImagePulls: false,
    registryPullQPS: 0,
    nodeStatusUpdateFrequency: '10s',
    syncFrequency: '15s',
    // A developer's disk is often nearly full: images go only when it really is.
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 98,
    imageGCLowThresholdPercent: 95,
  };
}
