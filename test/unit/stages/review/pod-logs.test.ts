import { expect, it } from 'vitest';
import { podLogs } from '../../../../src/stages/review/pod-logs.ts';
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
