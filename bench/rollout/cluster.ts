import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../../local/platform.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { Connection } from '../../src/adapters/kube/connection.ts';
import type { KubeCluster } from '../../src/adapters/kube/kube-cluster.ts';
import { readKubeconfig } from '../../src/adapters/kube/kubeconfig.ts';
import { openKube } from '../../src/adapters/kube/open.ts';
import type { Log } from '../../src/ports.ts';
import { yamlOf } from '../../test/support/yaml.ts';

const log: Log = {
  info: () => undefined,
  warning: (message) => console.error(`warning: ${message}`),
  debug: () => undefined,
  output: () => undefined,
  group: (_title, work) => work(),
  progress: (_title, work) => work(),
  mask: () => undefined,
};

/** The local platform's cluster, and the namespaces that the benchmark makes in it. */
export class Bench {
  readonly platform: Platform;
  readonly connection: Connection;
  readonly cluster: KubeCluster;
  private readonly namespaces = new Set<string>();

  constructor(platform: Platform) {
    this.platform = platform;
    this.connection = readKubeconfig(platform.kubeconfig, platform.context);
    const { connection } = this;
    this.cluster = openKube({ connection, clock: systemClock, log, signal: new AbortController().signal });
  }

  async namespace(purpose: string): Promise<string> {
    const name = `bench-${process.pid}-${purpose}`;
    const metadata = { name, labels: { 'slipway.dev/bench': 'rollout' } };
    await this.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata }, { fieldManager: 'bench' });
    this.namespaces.add(name);
    return name;
  }

  /** Waits until it is gone: its end would disturb what is measured next. */
  async removeNamespace(name: string): Promise<void> {
    const ref = { apiVersion: 'v1', kind: 'Namespace', name };
    await this.cluster.delete(ref);
    while (await this.cluster.get(ref)) await sleep(200);
    this.namespaces.delete(name);
  }

  async removeAll(): Promise<void> {
    await Promise.all([...this.namespaces].map((name) => this.removeNamespace(name)));
  }

  /** Writes a kubeconfig for the same cluster by another way, in the folder, and answers its path. */
  async kubeconfigFor(server: string, folder: string): Promise<string> {
    const { ca, cert, key } = this.connection;
    const base64 = (text: string | undefined) => Buffer.from(text ?? '').toString('base64');
    const secure = server.startsWith('https:');
    const path = join(folder, `kubeconfig-${new URL(server).port}`);
    const cluster = { server, ...(secure ? { 'certificate-authority-data': base64(ca) } : {}) };
    const user = secure ? { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) } : {};
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'bench',
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
      clusters: [{ name: 'bench', cluster }],
      users: [{ name: 'bench', user }],
    };
    await writeFile(path, yamlOf(kubeconfig), { mode: 0o600 });
    return path;
  }
}
