import { describe, expect, it } from 'vitest';
import { EnvironmentError, Unreachable } from '../../../../src/errors.ts';
import type { Over } from '../../../../src/plan/reap/judgement.ts';
import { ownerLabels } from '../../../../src/plan/review/environment/owner.ts';
import { reviewNamespaceOf } from '../../../../src/plan/review/environment/review-namespace.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { databaseOf, fatesOf, lostDatabases, overDatabases } from '../../../../src/stages/reap/databases.ts';
import type { Proof } from '../../../../src/stages/reap/prove.ts';
import { dropError, dropUnused } from '../../../../src/stages/review/database/shared-server/drop.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../support/kube/site.ts';

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
const fate = (number: number, is: 'removed' | 'kept' | 'failed', over?: Over) => ({
  environment: environment(number),
  fate: is,
  because: '',
  details: [],
  ...(over ? { over } : {}),
});
const names = (databases: ReturnType<typeof databaseOf>) => databases.map(({ number }) => number);

describe('databases on shared servers that are over', () => {
  const databases = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(record).flatMap(databaseOf);
  const environments = [1, 2, 3, 9].map(environment);
  // 4 is open without an environment: one may just be coming.
  const lost = lostDatabases(databases, environments, new Set([1, 2, 4, 9]));

  it('have lost their environment, and their pull request is not among the open ones: that is to be proven', () => {
    expect(names(lost)).toEqual([5, 6, 7, 8]);
  });

  it('are losing it to a removal that somebody else has begun, and may not have lived to end', () => {
    const going = { ...environment(3), deletedSince: 1 };
    expect(names(lostDatabases(databases.slice(2, 3), [going], new Set()))).toEqual([3]);
    expect(names(lostDatabases(databases.slice(2, 3), [going], new Set([3])))).toEqual([]);
    expect(names(lostDatabases(databases.slice(2, 3), [environment(3)], new Set()))).toEqual([]);
  });

  it('of one variant stays while another one goes', () => {
    const labels = (variant?: string) => ({ ...ownerLabels({ ...owner(1), variant }) });
    const of = (variant?: string) =>
      databaseOf({ ...record(1), metadata: { name: `pr1${variant}`, labels: labels(variant) } });
    const both = [...of('mysql'), ...of('mariadb'), ...of()];
    const gone = { ...fate(1, 'removed', 'closed'), environment: { ...environment(1), variant: 'mysql' } };
    expect(overDatabases(both, [], [], [gone], new Map()).map(({ variant }) => variant)).toEqual(['mysql']);
    expect(lostDatabases(both, [environment(1)], new Set()).map(({ variant }) => variant)).toEqual([
      'mysql',
      'mariadb',
    ]);
  });

  it('R2: go where GitHub says of the very pull request that it is over, and with an environment that was removed', () => {
    // 9 is being deleted by somebody else.
    const reaped = [fate(1, 'removed', 'expired'), fate(2, 'kept'), fate(3, 'failed', 'closed'), fate(9, 'removed')];
    const proven = new Map<number, Proof>([
      [5, 'closed'],
      [6, 'open'],
      [7, 'unasked'],
      [8, 'orphaned'],
    ]);
    expect(names(overDatabases(databases, lost, environments, reaped, proven))).toEqual([1, 5, 8]);
    expect(names(overDatabases(databases, lost, environments, reaped, new Map()))).toEqual([1]);
  });

  it('R15: go where the very environment is gone, by the uid of its namespace, though the pull request is open', () => {
    // Of 1 there is another one by now; of 2 it is being deleted; that of 4 is gone.
    const of = (number: number, environment: string) => ({ ...record(number), data: { environment } });
    const known = [of(1, 'u'), of(2, 'u'), of(4, 'gone'), of(5, 'gone')].flatMap(databaseOf);
    const there = [environment(1), { ...environment(2), deletedSince: 1 }];
    const orphans = lostDatabases(known, there, new Set([1, 2, 4, 5]));
    expect(names(orphans)).toEqual([4, 5]);
    expect(names(overDatabases(known, orphans, there, [], new Map()))).toEqual([4, 5]);
    expect(names(lostDatabases([of(1, 'before')].flatMap(databaseOf), there, new Set([1])))).toEqual([1]);
  });

  it('a record that does not say whose it is stays', () => {
    const nobody = { ...record(6), metadata: { name: 'x', labels: {} } };
    expect([nobody, record(0), record(-1)].flatMap(databaseOf)).toEqual([]);
  });
});

/** On servers that are gone: what is left to remove is the record. */
describe('dropping databases that are over', () => {
  const onServer = (number: number): KubeObject => ({
    ...record(number),
    metadata: { name: `pr${number}`, namespace: 'databases', labels: ownerLabels(owner(number)) },
    data: { database: `slipway_${number}`, secret: 'server', image: 'postgres', runAs: '999' },
  });
  const scene = (...numbers: number[]) => {
    const cluster = new MemoryCluster();
    for (const number of numbers) cluster.patch(onServer(number));
    return { cluster, over: numbers.map(onServer) };
  };
  const comesBack = (cluster: MemoryCluster, number: number) =>
    cluster.patch({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `ns-${number}`, uid: `uid-${number}`, labels: ownerLabels(owner(number)) },
    });
  const namesOf = (records: readonly KubeObject[]) => records.map(({ metadata }) => metadata.name).sort();

  it('looks before each whether its environment is back, also while others are dropped', async () => {
    const { cluster, over } = scene(1, 2, 3, 4, 5, 6);
    comesBack(cluster, 2);
    const remove = cluster.delete.bind(cluster);
    cluster.delete = async (ref, options) => {
      if (ref.name === 'pr1') comesBack(cluster, 6);
      return remove(ref, options);
    };
    const { dropped, failed } = await dropUnused(over, siteOf(cluster));
    expect([namesOf(dropped), failed]).toEqual([['pr1', 'pr3', 'pr4', 'pr5'], []]);
  });

  it('R4: an environment that was made since has a database of its own: that of the one before goes', async () => {
    const { cluster } = scene(1, 2);
    for (const number of [1, 2]) comesBack(cluster, number);
    const of = (number: number, environment: string) => ({
      ...onServer(number),
      data: { ...(onServer(number).data as object), namespace: `ns-${number}`, environment },
    });
    const { dropped } = await dropUnused([of(1, 'uid-1'), of(2, 'uid-before')], siteOf(cluster));
    expect(namesOf(dropped)).toEqual(['pr2']);
  });

  it('a record that an environment has written anew since it was read stays', async () => {
    const { cluster, over } = scene(1);
    const [read] = over as [KubeObject];
    cluster.patch({ ...read, metadata: { ...read.metadata, resourceVersion: '2' } });
    await dropUnused([{ ...read, metadata: { ...read.metadata, resourceVersion: '1' } }], siteOf(cluster));
    expect([...cluster.objects.values()].map(({ kind }) => kind)).toEqual(['ConfigMap']);
  });

  it('does not take another variant of the environment for it', async () => {
    const { cluster, over } = scene(1);
    const labels = ownerLabels({ ...owner(1), variant: 'blue' });
    cluster.patch({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns-1-blue', labels } });
    expect(namesOf((await dropUnused(over, siteOf(cluster))).dropped)).toEqual(['pr1']);
  });

  it('ends where the cluster is away', async () => {
    const { cluster, over } = scene(1, 2);
    cluster.list = () => Promise.reject(new Unreachable('cluster memory cannot be reached', { remedy: 'Wait.' }));
    await expect(dropUnused(over, siteOf(cluster))).rejects.toBeInstanceOf(Unreachable);
  });

  it('tells of all that stay, each with its cause', async () => {
    const { cluster, over } = scene(1, 2, 3);
    for (const name of ['pr1', 'pr3']) {
      cluster.failures.set(`delete ConfigMap ${name}`, new EnvironmentError(`${name} is in use`, { remedy: 'Wait.' }));
    }
    const drops = await dropUnused(over, siteOf(cluster));
    expect(namesOf(drops.dropped)).toEqual(['pr2']);
    const fates = fatesOf([...over, onServer(4)].flatMap(databaseOf), drops);
    expect(fates.map(({ database, error }) => [database.number, error?.message])).toEqual([
      [1, 'database slipway_1 was not dropped: pr1 is in use'],
      [2, undefined],
      [3, 'database slipway_3 was not dropped: pr3 is in use'],
    ]);
    expect(dropError(drops)).toMatchObject({
      message: '2 databases were not dropped',
      details: [1, 3].flatMap((number) => [
        `database slipway_${number} was not dropped: pr${number} is in use`,
        'Wait.',
      ]),
    });
  });
});
