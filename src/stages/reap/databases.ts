import type { SlipwayError } from '../../errors.ts';
import { LABELS } from '../../objects/names.ts';
import type { Reaped } from '../../plan/reap/judgement.ts';
import type { ReviewNamespace } from '../../plan/review/environment/review-namespace.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { type Dropped, findDatabases } from '../review/database/shared-server/drop.ts';
import type { Proof } from './prove.ts';

/** The record of a database on a shared server, and whose it is. */
export interface ReviewDatabase {
  record: KubeObject;
  app: string;
  /** Pull request. */
  number: number;
  variant: string | undefined;
}

/** The repository's databases on shared servers. To be read before the environments and the pull requests are. */
export async function databasesIn(repositoryId: number, cluster: Cluster): Promise<ReviewDatabase[]> {
  return (await findDatabases(`${LABELS.repository}=${repositoryId}`, cluster)).flatMap(databaseOf);
}

/** @returns none for a record that does not say whose it is: it stays */
export function databaseOf(record: KubeObject): ReviewDatabase[] {
  const {
    [LABELS.app]: app,
    [LABELS.pullRequest]: number = '',
    [LABELS.variant]: variant,
  } = record.metadata.labels ?? {};
  return app === undefined || !/^[1-9]\d{0,8}$/.test(number) ? [] : [{ record, app, number: Number(number), variant }];
}

/**
 * Its very environment is gone, known by the uid of its namespace: nobody needs it, whatever becomes of the pull request.
 * @param environments read after the database was
 */
export function isOrphan({ record }: ReviewDatabase, environments: readonly ReviewNamespace[]): boolean {
  const { environment } = (record.data ?? {}) as { environment?: string };
  return !!environment && !environments.some(({ uid }) => uid === environment);
}

/**
 * Those that have lost their environment, or are losing it to a removal that somebody else has begun and may not have lived to
 * end, and whose pull request is not among the open ones: to be proven. Of those that are orphans it need not be.
 */
export function lostDatabases(
  databases: readonly ReviewDatabase[],
  environments: readonly ReviewNamespace[],
  open: ReadonlySet<number>,
): ReviewDatabase[] {
  const there = new Set(environments.filter(({ deletedSince }) => deletedSince === undefined).map(keyOf));
  return databases.filter((one) => isOrphan(one, environments) || (!there.has(keyOf(one)) && !open.has(one.number)));
}

/**
 * Those of environments that this run has removed, and those that have lost theirs (a run ended between the two) if their pull
 * request is proven to be closed or not to exist, or if they are orphans. An environment that somebody else removes proves
 * nothing.
 */
export function overDatabases(
  databases: readonly ReviewDatabase[],
  lost: readonly ReviewDatabase[],
  environments: readonly ReviewNamespace[],
  reaped: readonly Reaped[],
  proven: ReadonlyMap<number, Proof>,
): ReviewDatabase[] {
  const ours = reaped.filter(({ fate, over }) => fate === 'removed' && over !== undefined);
  const removed = new Set(ours.map(({ environment }) => keyOf(environment)));
  const isOver = (number: number) => ['closed', 'orphaned'].includes(proven.get(number) ?? 'unasked');
  return databases.filter(
    (one) => removed.has(keyOf(one)) || (lost.includes(one) && (isOver(one.number) || isOrphan(one, environments))),
  );
}

/** What became of a database that was over. */
export interface DatabaseFate {
  database: ReviewDatabase;
  /** Why it is still there; undefined: it is not. */
  error: SlipwayError | undefined;
}

/** Of those that were dropped, or should have been. */
export function fatesOf(databases: readonly ReviewDatabase[], { dropped, failed }: Dropped): DatabaseFate[] {
  return databases.flatMap((database) => {
    const error = failed.find(({ record }) => record === database.record)?.error;
    return error || dropped.includes(database.record) ? [{ database, error }] : [];
  });
}

/** Of one environment, as of what belongs to it. */
export function keyOf({ app, number, variant = '' }: Pick<ReviewDatabase, 'app' | 'number' | 'variant'>): string {
  return `${app}/${number}/${variant}`;
}
