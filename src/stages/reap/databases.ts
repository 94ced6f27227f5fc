import type { SlipwayError } from '../../errors.ts';
import { LABELS } from '../../objects/names.ts';
import type { Reaped } from '../../plan/reap/judgement.ts';
import type { ReviewNamespace } from '../../plan/review/environment/review-namespace.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { type Dropped, findDatabases } from '../review/database/shared-server/drop.ts';
import type { Proof } from './prove.ts';

/** The record of a database on a shared server, with its environment. */
export interface ReviewDatabase {
  record: KubeObject;
  app: string;
  /** Pull request. */
  number: number;
  variant: string | undefined;
}

/** The databases of the repository on shared servers. Read them before the environments and the pull requests. */
export async function databasesIn(repositoryId: number, cluster: Cluster): Promise<ReviewDatabase[]> {
  return (await findDatabases(`${LABELS.repository}=${repositoryId}`, cluster)).flatMap(databaseOf);
}

/**
 * Reads a record.
 * @returns none if the record does not name its environment: the database stays
 */
export function databaseOf(record: KubeObject): ReviewDatabase[] {
  const {
    [LABELS.app]: app,
    [LABELS.pullRequest]: number = '',
    [LABELS.variant]: variant,
  } = record.metadata.labels ?? {};
  return app === undefined || !/^[1-9]\d{0,8}$/.test(number) ? [] : [{ record, app, number: Number(number), variant }];
}

/**
 * Whether the environment of a database no longer exists, by the uid of its namespace. Then nothing needs the database,
 * whatever the state of the pull request.
 * @param environments read after the database
 */
function isOrphan({ record }: ReviewDatabase, environments: readonly ReviewNamespace[]): boolean {
  const { environment } = (record.data ?? {}) as { environment?: string };
  return !!environment && !environments.some(({ uid }) => uid === environment);
}

/**
 * Databases whose environment no longer exists or is being deleted by another run, and whose pull request is not in the
 * list of open ones. That it is closed has to be proven; orphans need no proof.
 */
export function lostDatabases(
  databases: readonly ReviewDatabase[],
  environments: readonly ReviewNamespace[],
  open: ReadonlySet<number>,
): ReviewDatabase[] {
  const there = new Set(environments.filter(({ deletedSince }) => deletedSince === undefined).map(environmentKeyOf));
  return databases.filter(
    (one) => isOrphan(one, environments) || (!there.has(environmentKeyOf(one)) && !open.has(one.number)),
  );
}

/**
 * Databases to drop: those of environments that this run removed; those without an environment whose pull request is
 * proven to be closed or missing; orphans. An environment that another run removes proves nothing.
 */
export function overDatabases(
  databases: readonly ReviewDatabase[],
  lost: readonly ReviewDatabase[],
  environments: readonly ReviewNamespace[],
  reaped: readonly Reaped[],
  proven: ReadonlyMap<number, Proof>,
): ReviewDatabase[] {
  const ours = reaped.filter(({ fate, over }) => fate === 'removed' && over !== undefined);
  const removed = new Set(ours.map(({ environment }) => environmentKeyOf(environment)));
  const isOver = (number: number) => ['closed', 'orphaned'].includes(proven.get(number) ?? 'unasked');
  return databases.filter(
    (one) =>
      removed.has(environmentKeyOf(one)) || (lost.includes(one) && (isOver(one.number) || isOrphan(one, environments))),
  );
}

/** The result for one database. */
export interface DatabaseFate {
  database: ReviewDatabase;
  /** Why it was not dropped; undefined: it was. */
  error: SlipwayError | undefined;
}

/** The results for databases that were dropped or failed to drop. */
export function fatesOf(databases: readonly ReviewDatabase[], { dropped, failed }: Dropped): DatabaseFate[] {
  return databases.flatMap((database) => {
    const error = failed.find(({ record }) => record === database.record)?.error;
    return error || dropped.includes(database.record) ? [{ database, error }] : [];
  });
}

/** Identifies an environment and what belongs to it. */
export function environmentKeyOf({
  app,
  number,
  variant = '',
}: Pick<ReviewDatabase, 'app' | 'number' | 'variant'>): string {
  return `${app}/${number}/${variant}`;
}
