import { setTimeout as sleep } from 'node:timers/promises';
import { startApiServer } from './control/apiserver.ts';
import { startControllers } from './control/controllers.ts';
import { startEtcd } from './control/etcd.ts';
import { makeKeys } from './control/keys.ts';
import { logOf } from './machine/daemon.ts';
import { letPodsOut } from './machine/firewall.ts';
import { builtCluster, kubectl } from './machine/kubectl.ts';
import { ensureBridge } from './machine/links.ts';
import { StepFailed } from './machine/progress.ts';
import { network, nodeName } from './network.ts';
import { makeCgroups } from './node/cgroups.ts';
import { startKubelet } from './node/kubelet.ts';
import { startProxy } from './node/proxy.ts';

export async function startControlPlane(kube: string): Promise<void> {
  await ensureBridge(network.link, `${network.node}/32`);
  await makeKeys(kube);
  await startEtcd(kube);
  await startApiServer(kube);
  await startControllers(kube);
}

export async function startNode(kube: string, pause: () => Promise<string>): Promise<void> {
  await makeCgroups();
  await letPodsOut();
  await pause();
  await Promise.all([startKubelet(kube), startProxy(kube)]);
  await untilNodeReady();
}

async function untilNodeReady(): Promise<void> {
  const query = ['get', 'node', nodeName, '--output', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'];
  const end = Date.now() + 60_000;
  while ((await kubectl(builtCluster, query).catch(() => '')) !== 'True') {
    if (Date.now() > end)
      throw new StepFailed('Start the node', 'the node did not become ready in 60 s', logOf('kubelet'));
    await sleep(200);
  }
}
