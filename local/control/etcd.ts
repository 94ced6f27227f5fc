import { join } from 'node:path';
import { start, untilReady } from '../machine/daemon.ts';
import { request } from '../machine/https.ts';
import { ports } from '../network.ts';
import { keysDir, stateDir } from '../paths.ts';

const client = `https://127.0.0.1:${ports.etcd}`;
const peer = `https://127.0.0.1:${ports.etcdPeer}`;

export async function startEtcd(kube: string): Promise<void> {
  await start({ name: 'etcd', ofCluster: true, program: kube, args: ['etcd', ...etcdArgs()] });
  await untilReady('etcd', () => request(`${client}/health`, 'etcd-client').then((status) => status === 200));
}

/** Its data lives as long as the platform is up, so that it need not survive a power cut. */
export function etcdArgs(): string[] {
  const key = (file: string) => join(keysDir, file);
  return [
    '--name=slipway',
    `--data-dir=${join(stateDir, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=slipway=${peer}`,
    '--client-cert-auth',
    `--trusted-ca-file=${key('ca.crt')}`,
    `--cert-file=${key('etcd.crt')}`,
    `--key-file=${key('etcd.key')}`,
    '--peer-client-cert-auth',
    `--peer-trusted-ca-file=${key('ca.crt')}`,
    `--peer-cert-file=${key('etcd.crt')}`,
    `--peer-key-file=${key('etcd.key')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}
