import { lookup } from 'node:dns/promises';
import { mkdir } from 'node:fs/promises';
import type { Docker } from '../engine/docker.ts';
import { cniPlugins } from '../node/cni.ts';
import { cacheDir, logsDir } from '../paths.ts';
import { installPackages, type Need, restorePolicy } from './packages.ts';
import { StepFailed } from './progress.ts';
import { which } from './which.ts';

const needs: Need[] = [
  { program: 'containerd', package: 'containerd' },
  { program: 'runc', package: 'runc' },
  { program: `${cniPlugins()}/ptp`, package: 'containernetworking-plugins' },
  { program: 'iptables', package: 'iptables' },
  { program: 'conntrack', package: 'conntrack' },
  { program: 'ip', package: 'iproute2' },
  { program: 'docker-registry', package: 'docker-registry' },
  { program: 'debootstrap', package: 'debootstrap' },
];

const engine: Need[] = [
  { program: 'dockerd', package: 'docker.io' },
  { program: 'docker', package: 'docker.io' },
];

const otherwise =
  'use a cluster that you have (--kubeconfig FILE --context NAME), or --kind where images can be pulled';

/** Programs and rights that the platform needs on this machine. */
export async function prepareMachine(users: Docker | undefined): Promise<void> {
  if (process.platform !== 'linux') {
    throw new StepFailed(
      'Prepare the machine',
      'Kubernetes can be built and run here on Linux only.',
      undefined,
      otherwise,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new StepFailed(
      'Prepare the machine',
      'A node needs root: network, mounts, cgroups.',
      undefined,
      `run as root, or ${otherwise}`,
    );
  }
  process.env.PATH = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`;
  await mkdir(logsDir, { recursive: true });
  await mkdir(cacheDir, { recursive: true });
  await restorePolicy();
  await installPackages([...needs, ...(users ? [] : engine), ...(await localhostNames())]);
}

/** Browsers and curl open http://<name>.localhost anywhere; other programs, where the system's resolver knows it. */
async function localhostNames(): Promise<Need[]> {
  const known = await lookup('slipway.localhost').catch(() => undefined);
  return known || !which('apt-get') ? [] : [{ program: 'resolver of *.localhost', package: 'libnss-myhostname' }];
}
