import { EnvironmentError, SlipwayError, Unreachable } from '../../errors.ts';
import { LABELS } from '../../plan/names.ts';
import type { ReviewNamespace } from '../../plan/reap/environment.ts';
import type { Reaped } from '../../plan/reap/judgement.ts';
import type { ReapPlan } from '../../plan/reap/reap-plan.ts';
import { exactSelector } from '../../plan/review/owner.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { inPool } from '../pool.ts';
import { dropDatabases, findDatabases } from '../review/shared/drop.ts';
import type { ReapPorts } from './ports.ts';
import type { Proof } from './prove.ts';
import { NAMESPACE } from './survey.ts';

/** Each is a pod and a connection of an administrator. */
const AT_ONCE = 4;

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
 * Those that have lost their environment, or are losing it to a removal that somebody else has begun and may not have lived to
 * end, and whose pull request is not among the open ones: to be proven.
 */
export function lostDatabases(
  databases: readonly ReviewDatabase[],
  environments: readonly ReviewNamespace[],
  open: ReadonlySet<number>,
): ReviewDatabase[] {
  const there = new Set(environments.filter(({ deletedSince }) => deletedSince === undefined).map(keyOf));
  return databases.filter((database) => !there.has(keyOf(database)) && !open.has(database.number));
}

/**
 * Those of environments that this run has removed, and those that have lost theirs (a run ended between the two) if their pull
 * request is proven to be closed or not to exist. An environment that somebody else removes proves nothing.
 */
export function overDatabases(
  databases: readonly ReviewDatabase[],
  lost: readonly ReviewDatabase[],
  reaped: readonly Reaped[],
  proven: ReadonlyMap<number, Proof>,
): ReviewDatabase[] {
  const ours = reaped.filter(({ fate, over }) => fate === 'removed' && over !== undefined);
  const removed = new Set(ours.map(({ environment }) => keyOf(environment)));
  const isOver = (number: number) => ['closed', 'orphaned'].includes(proven.get(number) ?? 'unasked');
  return databases.filter((one) => removed.has(keyOf(one)) || (lost.includes(one) && isOver(one.number)));
}

/** What came of dropping databases. */
export interface Dropped {
  dropped: readonly ReviewDatabase[];
  error: SlipwayError | undefined;
}

/**
 * Drops them, each for itself: one server that does not answer keeps only its own. Removing namespaces can take minutes, and
 * so can the drops of many: just before each it is looked once more whether somebody has an environment there again.
 * @returns those that went, and what kept the others
 */
export async function dropOver(
  over: readonly ReviewDatabase[],
  plan: ReapPlan,
  cluster: Cluster,
  ports: ReapPorts,
): Promise<Dropped> {
  const errors: SlipwayError[] = [];
  const dropped: ReviewDatabase[] = [];
  const drop = async (one: ReviewDatabase) => {
    try {
      if (await isBack(one, plan, cluster)) return;
      if ((await dropDatabases([one.record], cluster, ports)).length > 0) dropped.push(one);
    } catch (error) {
      // A cluster that is away ends the run.
      if (!(error instanceof SlipwayError) || error instanceof Unreachable || ports.signal.aborted) throw error;
      errors.push(error);
    }
  };
  await inPool(over, drop, AT_ONCE);
  return { dropped, error: together(errors) };
}

async function isBack(database: ReviewDatabase, { repositoryId }: ReapPlan, cluster: Cluster): Promise<boolean> {
  const labelSelector = exactSelector({ ...database, repositoryId });
  return (await cluster.list(NAMESPACE, { labelSelector, metadataOnly: true })).length > 0;
}

/** Each with what to do: they can have different servers and different causes. */
function together(errors: readonly SlipwayError[]): SlipwayError | undefined {
  const [first, ...more] = errors;
  if (first === undefined || more.length === 0) return first;
  return new EnvironmentError(`${errors.length} databases were not dropped`, {
    details: errors.flatMap(({ message, details, remedy }) => [message, ...details, ...(remedy ? [remedy] : [])]),
    remedy: 'The next run tries again.',
  });
}

function keyOf({ app, number, variant = '' }: Pick<ReviewDatabase, 'app' | 'number' | 'variant'>): string {
  return `${app}/${number}/${variant}`;
}
