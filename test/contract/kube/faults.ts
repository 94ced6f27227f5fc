import { afterAll, beforeAll } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { Connection } from '../../../src/adapters/kube/connection.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { openKube } from '../../../src/adapters/kube/open.ts';
import type { Timing } from '../../../src/adapters/kube/timing.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { adminCluster, memoryLog, ownNamespace } from '../../support/kube/cluster.ts';
import { FaultProxy } from '../../support/kube/fault-proxy/fault-proxy.ts';
import type { TestPlatform } from '../../support/platform.ts';

export const WRITE = { fieldManager: 'slipway' };
export const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' };

/** A namespace for the suite that calls this, and the real API server behind a proxy that breaks what a test says. */
export function faultsOfSuite(test: TestPlatform | undefined) {
  let admin: KubeCluster;
  let namespace: string;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    if (!test) return;
    admin = adminCluster(test.platform);
    const own = await ownNamespace(admin, 'faults');
    namespace = own.name;
    closing.push(own.remove);
  });
  afterAll(async () => {
    for (const close of closing) await close();
    admin?.close();
  });

  async function through(timing: Partial<Timing> = {}, authorization?: Connection['authorization']) {
    if (!test) throw new Error('no platform');
    const { kubeconfig, context } = test.platform;
    const proxy = await FaultProxy.start(readKubeconfig(kubeconfig, context));
    const log = memoryLog();
    const signal = new AbortController().signal;
    const connection = proxy.connection(authorization);
    const cluster = openKube({ connection, clock: systemClock, log, signal, timing });
    closing.push(
      () => cluster.close(),
      () => proxy.close(),
    );
    return { proxy, cluster, log };
  }

  let count = 0;
  const configMap = (data: Record<string, string> = { a: '1' }): KubeObject => ({
    ...CONFIG_MAP,
    metadata: { name: `one-${++count}`, namespace },
    data,
  });
  const refOf = ({ metadata: { name } }: KubeObject) => ({ ...CONFIG_MAP, name, namespace });

  return {
    /** The cluster, past every proxy. */
    get admin() {
      return admin;
    },
    get namespace() {
      return namespace;
    },
    through,
    configMap,
    refOf,
  };
}
