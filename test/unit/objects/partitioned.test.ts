import { describe, expect, it } from 'vitest';
import { hasPartition, keptBack } from '../../../src/objects/partitioned.ts';
import type { KubeObject } from '../../../src/ports.ts';

const stateful = (partition: number | undefined, revisions: [string, string] = ['a', 'b']): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db' },
  spec: { replicas: 3, ...(partition === undefined ? {} : { updateStrategy: { rollingUpdate: { partition } } }) },
  status: { currentRevision: revisions[0], updateRevision: revisions[1] },
});

describe('a StatefulSet with a partition', () => {
  it('K24: keeps the pods below it on the previous revision', () => {
    expect(keptBack(stateful(2))).toContain('2 of 3 pods stay on the previous revision');
    expect(keptBack(stateful(5))).toContain('3 of 3 pods');
  });

  it.each([
    ['has none', stateful(undefined)],
    ['has a partition of 0', stateful(0)],
    ['runs one revision', stateful(2, ['b', 'b'])],
    ['is a Deployment', { ...stateful(2), kind: 'Deployment' }],
  ])('keeps none where it %s', (_, object) => {
    expect(keptBack(object)).toBeUndefined();
  });

  it('is known by its spec alone', () => {
    expect([hasPartition(stateful(1)), hasPartition(stateful(0))]).toEqual([true, false]);
  });
});
