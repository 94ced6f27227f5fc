import { describe, expect, it } from 'vitest';
import { EnvironmentError, PermissionMissing } from '../../../../../src/errors.ts';
import { freedLease, renewedLease, takenLease } from '../../../../../src/objects/lease.ts';
import type { DeleteOptions, KubeObject, ObjectRef } from '../../../../../src/ports.ts';
import {
  type FoundNamespace,
  removeNamespaces,
} from '../../../../../src/stages/review/environment/remove-namespaces.ts';
import { memoryLog } from '../../../../support/kube/cluster.ts';
import { MemoryCluster } from '../../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../../support/kube/site.ts';
import { StepClock } from '../../../../support/step-clock.ts';

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

const FOUND = { name: NAME, uid: 'ours', app: 'parking', variant: undefined, inUse: true };

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
  const log = memoryLog();
  const site = siteOf(cluster, { clock: new StepClock(0), log });
  const remove = (over = true, ...others: FoundNamespace[]) =>
    removeNamespaces([FOUND, ...others], { over, run: '' }, site);
  return { cluster, log, remove };
}

describe('the namespace of an environment', () => {
  it('is deleted first, and then emptied: a pod that takes its time loses its object', async () => {
    const { cluster, remove } = scene();
    await remove();
    const [first, ...others] = cluster.deletes;
    expect(first).toEqual([`Namespace ${NAME}`, { uid: 'ours' }]);
    expect(others.map(([what]) => what)).toEqual(['Deployment parking', 'Pod parking-1', 'Pod parking-1']);
    expect(others.at(-1)?.[1]).toMatchObject({ graceSeconds: 0, uid: 'ours' });
    expect([...cluster.objects.keys()]).toEqual([]);
  });

  it('goes also where emptying it fails: its controller does it, and it is told', async () => {
    const { cluster, log, remove } = scene();
    cluster.list = () => Promise.reject(new EnvironmentError('no permission to list pods', { remedy: 'Add it.' }));
    const removing = remove();
    for (const key of [...cluster.objects.keys()]) cluster.objects.delete(key);
    await removing;
    expect(log.lines.join('\n')).toContain(
      'could not be emptied early, so its deletion takes longer: no permission to list pods',
    );
  });

  it('of whose name there is a new one once it is deleted: what is in that stays', async () => {
    const { cluster, remove } = scene();
    const list = cluster.list.bind(cluster);
    // The old one vanishes, and somebody waits for its name.
    cluster.list = async (kind, selection) => {
      cluster.patch({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME, uid: 'new' } });
      return list(kind, selection);
    };
    await remove();
    expect(cluster.deletes).toEqual([[`Namespace ${NAME}`, { uid: 'ours' }]]);
  });

  it('is removed while no run is at work in it, where its pull request is open', async () => {
    const { cluster, log, remove } = scene();
    const scope = { app: 'parking', environment: 'review', namespace: NAME };
    const other = { identity: '5/1/x', actor: 'dev', run: '' };
    cluster.patch(takenLease(undefined, scope, other, 0));
    const get = cluster.get.bind(cluster);
    let looks = 0;
    cluster.get = async (ref) => {
      const live = await get(ref);
      if (ref.kind !== 'Lease' || ++looks !== 3 || !live) return live;
      expect(cluster.deletes).toEqual([]);
      cluster.patch(freedLease(live, 1));
      return get(ref);
    };
    await remove(false);
    expect(log.lines.join('\n')).toContain('run 5 of dev holds parking-pr-7/parking: waiting for it to end');
    expect(cluster.deletes[0]).toEqual([`Namespace ${NAME}`, expect.objectContaining({ uid: 'ours' })]);
  });

  it('R4: in which a run stays at work keeps its own, and no other from being removed', async () => {
    const { cluster, remove } = scene();
    const scope = { app: 'parking', environment: 'review', namespace: NAME };
    const lease = takenLease(undefined, scope, { identity: '5/1/x', actor: 'dev', run: '' }, 0);
    cluster.patch(lease);
    const get = cluster.get.bind(cluster);
    let renewed = 0;
    cluster.get = async (ref) => {
      if (ref.kind === 'Lease') cluster.patch(renewedLease(lease, ++renewed));
      return get(ref);
    };
    const { gone, failed } = await remove(false, { ...FOUND, name: 'parking-pr-7-blue', variant: 'blue' });
    expect(gone.map(({ name }) => name)).toEqual(['parking-pr-7-blue']);
    expect(failed.map(({ place, error }) => [place.name, error.name])).toEqual([[NAME, 'LeaseHeld']]);
    expect(await get({ apiVersion: 'v1', kind: 'Namespace', name: NAME })).toBeDefined();
  });

  it('in which no Lease can be made, because it is being deleted already, is waited for', async () => {
    const { cluster, remove } = scene();
    cluster.failures.set(
      'create Lease slipway-parking.review',
      new PermissionMissing('it is being terminated', { remedy: '' }),
    );
    const live = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: NAME });
    if (!live) throw new Error('no namespace');
    cluster.patch({ ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-10-05T11:00:00Z' } });
    await remove(false);
    expect(cluster.objects.size).toBe(0);
  });

  it('that is another one by now keeps everything that is in it', async () => {
    const { cluster, remove } = scene('of somebody else');
    // Nor is it looked into.
    cluster.list = () => Promise.reject(new Error('what is in it is not ours'));
    await remove();
    expect(cluster.deletes).toEqual([[`Namespace ${NAME}`, { uid: 'ours' }]]);
  });
});
