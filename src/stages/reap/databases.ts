import { LABELS } from '../../plan/names.ts';
import type { ReviewNamespace } from '../../plan/reap/environment.ts';
import type { Reaped } from '../../plan/reap/judgement.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { findDatabases } from '../review/shared/drop.ts';

/** The records of the repository's databases on shared servers. To be read before the pull requests are. */
export function databasesIn(repositoryId: number, cluster: Cluster): Promise<KubeObject[]> {
  return findDatabases(`${LABELS.repository}=${repositoryId}`, cluster);
}

/**
 * Those of environments that were removed just now, and of pull requests that are not open and have no environment: a run
 * ended between the two.
 * @param environments as they were found, before anything was removed
 */
export function overDatabases(
  records: readonly KubeObject[],
  environments: readonly ReviewNamespace[],
  reaped: readonly Reaped[],
  open: ReadonlySet<number>,
): KubeObject[] {
  const key = (app: string | undefined, number: string | number | undefined) => `${app}/${number}`;
  const there = new Set(environments.map(({ app, number }) => key(app, number)));
  const removed = new Set(
    reaped.filter(({ fate }) => fate === 'removed').map(({ environment: { app, number } }) => key(app, number)),
  );
  return records.filter(({ metadata: { labels = {} } }) => {
    const number = labels[LABELS.pullRequest];
    const owner = key(labels[LABELS.app], number);
    if (!/^[1-9]\d*$/.test(number ?? '')) return false;
    return removed.has(owner) || (!there.has(owner) && !open.has(Number(number)));
  });
}
