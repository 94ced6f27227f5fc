import { describe, expect, it } from 'vitest';
import type { Kind, KubeObject, Selection } from '../../../../src/ports.ts';
import { liveObjects } from '../../../../src/stages/apply/live.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';

/** Counts what it is asked. */
class AskedCluster extends MemoryCluster {
  gets = 0;
  lists = 0;
  override get(ref: Parameters<MemoryCluster['get']>[0]) {
    this.gets += 1;
    return super.get(ref);
  }
  override list(kind: Kind, selection?: Selection) {
    this.lists += 1;
    return super.list(kind, selection);
  }
}

const map = (index: number, namespace: string, text: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `map-${index}`, namespace },
  data: { text },
});

async function read(count: number, namespace = 'staging') {
  const cluster = new AskedCluster();
  for (const there of ['staging', 'production']) {
    await cluster.create(map(1, there, `live in ${there}`), { fieldManager: 'test' });
  }
  const wanted = Array.from({ length: count }, (_, index) => map(index, namespace, 'wanted'));
  const live = liveObjects(wanted, cluster);
  const found = await Promise.all(wanted.map((object) => live(object)));
  return { cluster, texts: found.map((object) => (object?.data as { text: string } | undefined)?.text) };
}

describe('how objects are now', () => {
  it('a few are asked for one by one', async () => {
    const { cluster, texts } = await read(3);
    expect(texts).toEqual([undefined, 'live in staging', undefined]);
    expect([cluster.gets, cluster.lists]).toEqual([3, 0]);
  });

  it('many of a kind are read by one list of their namespace', async () => {
    const { cluster, texts } = await read(100, 'production');
    expect(texts.filter((text) => text !== undefined)).toEqual(['live in production']);
    expect(texts[1]).toBe('live in production');
    expect([cluster.gets, cluster.lists]).toEqual([0, 1]);
  });
});
