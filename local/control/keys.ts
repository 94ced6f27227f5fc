import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { run } from '../machine/run.ts';
import { network, nodeName } from '../network.ts';
import { keysDir } from '../paths.ts';

/** A new certificate authority for each new cluster. */
export async function makeKeys(kube: string): Promise<void> {
  if (existsSync(keysDir)) return;
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
  const hosts = [...names, 'localhost', '127.0.0.1', network.node, network.apiService].join(',');
  const part = `${keysDir}.part`;
  await rm(part, { recursive: true, force: true });
  const kubelet = [nodeName, network.node].join(',');
  await run(kube, ['certificates', '-folder', part, '-node', nodeName, '-hosts', hosts, '-kubelet', kubelet]);
  await rename(part, keysDir);
}
