import { expect, it } from 'vitest';
import { partNames, podLogs } from '../../../../src/stages/review/pod-logs.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../support/kube/site.ts';

it('the log of a container is shown line by line, and none is cut', async () => {
  const cluster = new MemoryCluster();
  cluster.patch({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'ns' },
    spec: { containers: [{ name: 'app' }] },
  });
  const lines = ['the first line', 'the second line', '::error::of a pod'];
  cluster.logs = async () => lines;
  const [log] = await podLogs('ns', siteOf(cluster));
  expect(log?.title).toBe('web app');
  expect(log?.lines.slice(0, 2)).toEqual(lines.slice(0, 2));
  expect(log?.lines[2]).not.toBe(lines[2]);
});

it('of one process, cron, service, container or Job alone, by its name', async () => {
  const cluster = new MemoryCluster();
  const pod = (name: string, labels: Record<string, string>, container = 'main') =>
    cluster.patch({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'ns', labels },
      spec: { containers: [{ name: container }] },
    });
  pod('shop-worker-1', { 'app.kubernetes.io/component': 'worker' }, 'worker');
  pod('cache-0', { 'app.kubernetes.io/component': 'service', 'slipway.dev/part': 'cache' });
  pod('shop-nightly-run-1', { 'app.kubernetes.io/component': 'nightly', 'batch.kubernetes.io/job-name': 'run-1' });
  pod('own', {}, 'sidecar');
  cluster.logs = async () => ['here'];
  const titles = async (...wanted: Parameters<typeof podLogs>[2][]) =>
    (await podLogs('ns', siteOf(cluster), ...wanted)).map(({ title }) => title);
  expect(await titles({ part: 'worker' })).toEqual(['shop-worker-1 worker']);
  expect(await titles({ part: 'cache' })).toEqual(['cache-0 main']);
  expect(await titles({ part: 'nightly' })).toEqual(['shop-nightly-run-1 main']);
  expect(await titles({ part: 'sidecar' })).toEqual(['own sidecar']);
  expect(await titles({ job: 'run-1' })).toEqual(['shop-nightly-run-1 main']);
  expect(await titles({ part: 'work' })).toEqual([]);
  expect(await titles()).toHaveLength(4);
  expect(await partNames('ns', siteOf(cluster))).toEqual(['cache', 'nightly', 'sidecar', 'worker']);
});
