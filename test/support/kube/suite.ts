import { afterAll } from 'vitest';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import type { TestPlatform } from '../platform.ts';
import { adminCluster } from './cluster.ts';

/** What the scenes of one group of tests share. */
export interface KubeSuite {
  /** The administrator's connection; undefined without a platform, where the group is skipped. */
  cluster: KubeCluster | undefined;
  /** Removes one namespace each, after the last test. A scene appends its own. */
  namespaces: (() => Promise<void>)[];
}

/** Opens the real cluster for the tests of a `describe`; after the last one, removes their namespaces and closes it. */
export function kubeSuite(test: TestPlatform | undefined): KubeSuite {
  const cluster = test ? adminCluster(test.platform) : undefined;
  const namespaces: KubeSuite['namespaces'] = [];
  afterAll(async () => {
    await Promise.all(namespaces.map((remove) => remove()));
    cluster?.close();
  });
  return { cluster, namespaces };
}
