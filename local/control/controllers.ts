import { join } from 'node:path';
import { start } from '../machine/daemon.ts';
import { network, nodeName, ports } from '../network.ts';
import { keysDir, stateDir } from '../paths.ts';
import { kubeconfigOf } from './kubeconfig.ts';

/** The controllers, the scheduler, and the one that makes volumes. They find their feet by themselves. */
export async function startControllers(kube: string): Promise<void> {
  const manager = await kubeconfigOf('kube-controller-manager');
  const scheduler = await kubeconfigOf('kube-scheduler');
  const provisioner = [`--kubeconfig=${join(stateDir, 'admin.kubeconfig')}`, `--folder=${join(stateDir, 'volumes')}`];
  await Promise.all([
    start({
      name: 'kube-controller-manager',
      ofCluster: true,
      program: kube,
      args: ['kube-controller-manager', ...managerArgs(manager)],
    }),
    start({
      name: 'kube-scheduler',
      ofCluster: true,
      program: kube,
      args: ['kube-scheduler', ...schedulerArgs(scheduler)],
    }),
    start({
      name: 'volume-provisioner',
      program: kube,
      args: ['volume-provisioner', ...provisioner, `--node=${nodeName}`],
    }),
  ]);
}

const access = (kubeconfig: string): string[] => [
  `--kubeconfig=${kubeconfig}`,
  `--authentication-kubeconfig=${kubeconfig}`,
  `--authorization-kubeconfig=${kubeconfig}`,
  '--bind-address=127.0.0.1',
  '--leader-elect=false',
  '--profiling=false',
];

export function managerArgs(kubeconfig: string): string[] {
  return [
    ...access(kubeconfig),
    `--secure-port=${ports.controllerManager}`,
    `--cert-dir=${join(stateDir, 'controller-manager')}`,
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${join(keysDir, 'service-accounts.key')}`,
    `--root-ca-file=${join(keysDir, 'ca.crt')}`,
    `--cluster-signing-cert-file=${join(keysDir, 'ca.crt')}`,
    `--cluster-signing-key-file=${join(keysDir, 'ca.key')}`,
    `--cluster-cidr=${network.pods}`,
    `--flex-volume-plugin-dir=${join(stateDir, 'flexvolume')}`,
    '--pvclaimbinder-sync-period=3s',
  ];
}

export function schedulerArgs(kubeconfig: string): string[] {
  return [...access(kubeconfig), `--secure-port=${ports.scheduler}`, `--cert-dir=${join(stateDir, 'scheduler')}`];
}
