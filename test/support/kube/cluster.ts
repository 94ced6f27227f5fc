import type { Platform } from '../../../local/platform.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { openKube } from '../../../src/adapters/kube/open.ts';
import type { Cluster, Log } from '../../../src/ports.ts';

/** A log that keeps what was told. */
export function memoryLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const keep = (line: string) => void lines.push(line);
  return {
    lines,
    info: keep,
    warning: (message) => keep(`warning: ${message}`),
    debug: () => undefined,
    output: (line) => keep(`| ${line}`),
    group: (_title, work) => work(),
    progress: (_title, work) => work(),
    mask: () => undefined,
  };
}

/** The platform's cluster, as its administrator. */
export function adminCluster(platform: Platform, log: Log = memoryLog()): KubeCluster {
  const connection = readKubeconfig(platform.kubeconfig, platform.context);
  return openKube({ connection, clock: systemClock, log, signal: new AbortController().signal });
}

let namespaces = 0;

/** A namespace of this test alone, removed with all that is in it by the function that comes back. */
export async function ownNamespace(
  cluster: Cluster,
  prefix: string,
): Promise<{ name: string; remove(): Promise<void> }> {
  namespaces += 1;
  const name = `${prefix}-${process.pid}-${namespaces}-${Date.now().toString(36)}`;
  const ref = { apiVersion: 'v1', kind: 'Namespace', name };
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { fieldManager: 'test' });
  return { name, remove: async () => void (await cluster.delete(ref)) };
}
