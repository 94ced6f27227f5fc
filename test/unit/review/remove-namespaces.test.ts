import { describe, expect, it } from 'vitest';
import type { DeleteOptions, KubeObject, ObjectRef } from '../../../src/ports.ts';
import { removeNamespaces } from '../../../src/stages/review/remove-namespaces.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { MemoryCluster } from '../../support/kube/memory-cluster.ts';
import { StepClock } from '../../support/step-clock.ts';

const NAME = 'parking-pr-7';

/** A namespace goes when nothing is left in it; a pod, when it is asked to go at once. */
class Slow extends MemoryCluster {
  readonly deletes: [string, DeleteOptions][] = [];
  override async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    this.deletes.push([`${ref.kind} ${ref.name}`, options]);
    const live = await this.get(ref);
    if (live === undefined || (options.uid !== undefined && options.uid !== live.metadata.uid)) return false;
    if (ref.kind === 'Pod' && options.graceSeconds !== 0) return true;
    if (ref.kind === 'Namespace') return true;
    const gone = await super.delete(ref, options);
    if ((await this.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: NAME })).length === 0)
      await super.delete({ apiVersion: 'v1', kind: 'Namespace', name: NAME });
    return gone;
  }
}

function scene(uid = 'ours') {
  const cluster = new Slow();
  const object = (kind: string, name: string, namespace?: string): KubeObject => ({
    apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
    kind,
    metadata: { name, uid, ...(namespace ? { namespace } : {}) },
  });
  cluster.patch(object('Namespace', NAME));
  for (const [kind, name] of [
    ['Deployment', 'parking'],
    ['Pod', 'parking-1'],
  ] as const)
    cluster.patch(object(kind, name, NAME));
  const waiting = { clock: new StepClock(0), log: memoryLog(), signal: new AbortController().signal };
  const found = { name: NAME, uid: 'ours', app: 'parking', variant: undefined, inUse: true };
  const remove = () => removeNamespaces([found], cluster, waiting);
  return { cluster, remove };
}

describe('the namespace of an environment', () => {
  it('is deleted first, and then emptied: a pod that takes its time loses its object', async () => {
    const { cluster, remove } = scene();
    await remove();
    const [first, ...others] = cluster.deletes;
    expect(first).toEqual([`Namespace ${NAME}`, { uid: 'ours' }]);
    expect(others.map(([what]) => what)).toEqual(['Deployment parking', 'Pod parking-1', 'Pod parking-1']);
    expect(others.at(-1)?.[1]).toEqual({ graceSeconds: 0, uid: 'ours' });
    expect([...cluster.objects.keys()]).toEqual([]);
  });

  it('that is another one by now keeps everything that is in it', async () => {
    const { cluster, remove } = scene('of somebody else');
    await remove();
    expect(cluster.deletes).toEqual([[`Namespace ${NAME}`, { uid: 'ours' }]]);
  });
});
