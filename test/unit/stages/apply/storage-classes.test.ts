import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { check } from '../../../../src/stages/apply/check.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';

const NS = { namespace: 'ns' };
const object = (kind: string, name: string, spec: object, metadata: object = {}): KubeObject => ({
  apiVersion: kind === 'StorageClass' ? 'storage.k8s.io/v1' : 'v1',
  kind,
  metadata: { name, ...metadata },
  spec,
});
const claim = (storageClassName: string | undefined, more: object = {}) =>
  object('PersistentVolumeClaim', 'data', { storageClassName, ...more }, NS);

async function checked(objects: KubeObject[], present: KubeObject[] = [], denied: string[] = []): Promise<string[]> {
  const cluster = new MemoryCluster();
  for (const one of present) await cluster.create(one, { fieldManager: 'admin' });
  for (const one of denied) cluster.denied.add(one);
  const { signal } = new AbortController();
  const request = { namespace: 'ns', objects, jobs: [], deadlineMs: 1, fieldManager: 'slipway', signal };
  try {
    await check({ ...request, onProgress: () => undefined }, cluster);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.message, ...error.details];
  }
}

describe('CH-16: a claim whose StorageClass does not exist', () => {
  it('is refused before the first write, with the classes that there are', async () => {
    expect(await checked([claim('fast')], [object('StorageClass', 'standard', {})])).toEqual([
      'PersistentVolumeClaim ns/data asks for the StorageClass fast, which does not exist',
      'the cluster has: standard',
    ]);
  });

  it('is refused in a StatefulSet, too', async () => {
    const set = object('StatefulSet', 'db', { volumeClaimTemplates: [{ spec: { storageClassName: 'fast' } }] }, NS);
    expect(await checked([set])).toEqual([
      'StatefulSet ns/db asks for the StorageClass fast, which does not exist',
      'the cluster has no StorageClass',
    ]);
  });

  it.each<[string, KubeObject[], KubeObject[], string[]]>([
    ['the class exists', [claim('fast')], [object('StorageClass', 'fast', {})], []],
    ['the set brings the class', [claim('fast'), object('StorageClass', 'fast', {})], [], []],
    ['a volume has the name', [claim('manual')], [object('PersistentVolume', 'v', { storageClassName: 'manual' })], []],
    ['it names its volume', [claim('manual', { volumeName: 'v' })], [], []],
    ['it names no class', [claim(undefined)], [], []],
    ['it asks for no class at all', [claim('')], [], []],
    ['it exists already', [claim('fast')], [claim('fast')], []],
    ['classes may not be listed', [claim('fast')], [], ['list storageclasses']],
    ['volumes may not be listed', [claim('fast')], [], ['list persistentvolumes']],
  ])('is not refused where %s', async (_name, objects, present, denied) => {
    expect(await checked(objects, present, denied)).toEqual([]);
  });
});
