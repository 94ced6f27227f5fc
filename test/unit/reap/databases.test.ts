import { describe, expect, it } from 'vitest';
import { reviewNamespaceOf } from '../../../src/plan/reap/environment.ts';
import { ownerLabels } from '../../../src/plan/review/owner.ts';
import { overDatabases } from '../../../src/stages/reap/databases.ts';

const owner = (number: number) => ({ app: 'parking', repositoryId: 1, number });
const record = (number: number) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `pr${number}`, labels: ownerLabels(owner(number)) },
});
const environment = (number: number) => {
  const labels = { ...ownerLabels(owner(number)), 'slipway.dev/environment': 'review' };
  const found = reviewNamespaceOf({ name: `ns-${number}`, uid: 'u', resourceVersion: '1', labels }, 1);
  if (!found) throw new Error('labels');
  return found;
};
const fate = (number: number, is: 'removed' | 'kept' | 'failed') => ({
  environment: environment(number),
  fate: is,
  because: '',
  details: [],
});

describe('databases on shared servers that are over', () => {
  const records = [1, 2, 3, 4, 5].map(record);

  it('go with their environments, and where a run ended between the two; never one that is wanted', () => {
    const environments = [1, 2, 3].map(environment);
    const reaped = [fate(1, 'removed'), fate(2, 'kept'), fate(3, 'failed')];
    // 4 is open without an environment: one may just be coming. 5 is not open, and has none.
    const over = overDatabases(records, environments, reaped, new Set([1, 2, 4]));
    expect(over.map(({ metadata }) => metadata.name)).toEqual(['pr1', 'pr5']);
  });

  it('a record that does not say whose it is stays', () => {
    const nobody = { ...record(6), metadata: { name: 'x', labels: {} } };
    expect(overDatabases([nobody, record(0)], [], [], new Set())).toEqual([]);
  });
});
