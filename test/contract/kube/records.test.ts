import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { RELEASE_OBJECTS_TYPE } from '../../../src/objects/release-record.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('release records on the real cluster');

describe.skipIf(!test).concurrent('release records on the real cluster', () => {
  const cluster = test ? adminCluster(test.platform) : undefined;
  const namespaces: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(namespaces.map((remove) => remove()));
    cluster?.close();
  });

  const web = (image: string, build: string): KubeObject => {
    const labels = { app: 'web' };
    const env = [{ name: 'BUILD', value: build }];
    const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
    const containers = [{ name: 'web', image, command: serve(), env, readinessProbe }];
    const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers } };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    };
  };

  it('hb-11: of three ConfigMaps of 500 kB that do not compress is written, read again and recognised', async () => {
    if (!test || !cluster) throw new Error('no platform');
    const { updateOwn, image, staging } = await deliveryScene(test, cluster, namespaces);
    const large = ['a', 'b', 'c'].map(
      (name): KubeObject => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        binaryData: { blob: randomBytes(500_000).toString('base64') },
      }),
    );
    expect((await updateOwn([web(image, '1'), ...large])).outcome).toBe('succeeded');
    const records = async () => {
      const fieldSelector = `type=${RELEASE_OBJECTS_TYPE}`;
      return cluster.list({ apiVersion: 'v1', kind: 'Secret' }, { namespace: staging, fieldSelector });
    };
    expect((await records()).length).toBeGreaterThan(1);
    expect((await updateOwn([web(image, '1'), ...large])).outcome).toBe('unchanged');
    const result = await updateOwn([web(image, '2')]);
    expect(result.outcome).toBe('succeeded');
    expect(await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: staging })).toBeUndefined();
  });
});
