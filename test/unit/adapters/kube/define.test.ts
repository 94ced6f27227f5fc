import { describe, expect, it } from 'vitest';
import { define } from '../../../support/kube/define.ts';
import { WAYS_DEFINITIONS } from '../../../support/kube/ingress-definitions.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';

const [definition = { apiVersion: '', kind: '', metadata: { name: '' } }] = WAYS_DEFINITIONS;
const ref = { apiVersion: definition.apiVersion, kind: definition.kind, name: definition.metadata.name };

/** A cluster in which an earlier run has defined the kind, and was killed. */
async function left(minutesAgo: number, change: (labels: Record<string, string>) => Record<string, string> = (l) => l) {
  const cluster = new MemoryCluster();
  await define(cluster, [definition]);
  const live = await cluster.get(ref);
  if (!live) throw new Error('nothing was defined');
  const creationTimestamp = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const labels = change(live.metadata.labels ?? {});
  cluster.patch({ ...live, metadata: { ...live.metadata, creationTimestamp, labels } });
  cluster.writes.length = 0;
  return cluster;
}

describe('kinds that a test defines', () => {
  it('are gone after it', async () => {
    const cluster = new MemoryCluster();
    const remove = await define(cluster, [definition]);
    expect(await cluster.get(ref)).toBeDefined();
    await remove();
    expect(await cluster.get(ref)).toBeUndefined();
  });

  it('are made anew, and removed, where a run that was killed has left them', async () => {
    const cluster = await left(61);
    const remove = await define(cluster, [definition]);
    expect(cluster.writes.map((write) => write.split(' ')[0])).toEqual(['delete', 'create']);
    await remove();
    expect(await cluster.get(ref)).toBeUndefined();
  });

  it.each([
    ['of a run that may be at work', () => left(59)],
    ['of somebody else', () => left(61, () => ({}))],
  ])('stay where they are those %s', async (_whose, there) => {
    const cluster = await there();
    const remove = await define(cluster, [definition]);
    await remove();
    expect(cluster.writes).toEqual([]);
    expect(await cluster.get(ref)).toBeDefined();
  });
});
