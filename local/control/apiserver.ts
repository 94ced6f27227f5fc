import { join } from 'node:path';
import { start, untilReady } from '../machine/daemon.ts';
import { request } from '../machine/https.ts';
import { network, ports } from '../network.ts';
import { adminKubeconfig, keysDir, stateDir } from '../paths.ts';
import { apiServer, kubeconfigOf } from './kubeconfig.ts';

export async function startApiServer(kube: string): Promise<void> {
  await start({ name: 'kube-apiserver', ofCluster: true, program: kube, args: ['kube-apiserver', ...apiServerArgs()] });
  await untilReady('kube-apiserver', async () => (await request(`${apiServer}/readyz`, 'admin')) === 200);
  await kubeconfigOf('admin', adminKubeconfig);
}

export function apiServerArgs(): string[] {
  const key = (file: string) => join(keysDir, file);
  return [
    `--bind-address=${network.node}`,
    `--advertise-address=${network.node}`,
    `--secure-port=${ports.api}`,
    `--cert-dir=${join(stateDir, 'apiserver')}`,
    `--tls-cert-file=${key('apiserver.crt')}`,
    `--tls-private-key-file=${key('apiserver.key')}`,
    `--client-ca-file=${key('ca.crt')}`,
    `--etcd-servers=https://127.0.0.1:${ports.etcd}`,
    `--etcd-cafile=${key('ca.crt')}`,
    `--etcd-certfile=${key('etcd-client.crt')}`,
    `--etcd-keyfile=${key('etcd-client.key')}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    `--service-cluster-ip-range=${network.services}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${key('service-accounts.pub')}`,
    `--service-account-signing-key-file=${key('service-accounts.key')}`,
    `--kubelet-certificate-authority=${key('ca.crt')}`,
    `--kubelet-client-certificate=${key('kubelet-client.crt')}`,
    `--kubelet-client-key=${key('kubelet-client.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--profiling=false',
  ];
}
