import { TimedOut } from '../../errors.ts';
import type { Reaped } from '../../plan/reap/judgement.ts';
import type { ReapPlan } from '../../plan/reap/reap-plan.ts';
import type { Cluster } from '../../ports.ts';
import type { ReviewState } from '../../report/review-state.ts';
import { reviewStateOf } from '../review/act.ts';
import { type Closed, closedState, stuckState, withError } from '../review/comment/closed-state.ts';
import type { Publisher } from '../review/comment/publisher.ts';
import { namespaceRef, STUCK_REMEDY } from '../review/environment/namespace.ts';
import { type DatabaseFate, environmentKeyOf, type ReviewDatabase } from './databases.ts';

/** Pull requests that one run updates: writes are paced at one a second to respect the limits of GitHub. */
const TOLD = 100;

/**
 * Updates comment and deployments of the pull requests whose environments this run removed or failed to remove.
 * @param databases of these environments, and those that an earlier run left without their environment and may not have
 *   reported
 */
export async function reportReaped(
  reaped: readonly Reaped[],
  databases: readonly DatabaseFate[],
  plan: ReapPlan,
  cluster: Cluster,
  publisher: Publisher,
): Promise<void> {
  for (const { environment } of reaped.filter(({ fate }) => fate === 'slept')) {
    const of = { number: environment.number, run: plan.run };
    await publisher.update(reviewStateOf(await cluster.get(namespaceRef(environment.name)), environment, of, cluster));
  }
  const of = new Map(databases.map((one) => [environmentKeyOf(one.database), one]));
  const news = reaped.filter(({ fate, over }) => fate === 'failed' || (fate === 'removed' && over !== undefined));
  const told = news.filter(({ over }) => over !== 'orphaned').slice(0, TOLD);
  for (const one of told) {
    const state = closedState(closedOf(one, plan), one.environment.app, one.environment);
    if (one.fate === 'failed') {
      await publisher.closeComment(stuckState(state, stuckError(one)));
      continue;
    }
    const because = one.over === 'expired' ? 'expired' : 'closed';
    const gone: ReviewState = { ...state, gone: { namespaces: [one.environment.name], images: [], because } };
    await publisher.closeComment(withError(gone, of.get(environmentKeyOf(one.environment))?.error));
    if (!hasOther(one.environment, reaped)) await publisher.closeDeployments(state);
  }
  const ours = new Set(news.map(({ environment }) => environmentKeyOf(environment)));
  const lost = databases.filter(({ database }) => !ours.has(environmentKeyOf(database)));
  for (const { database, error } of lost.slice(0, TOLD - told.length)) {
    const { app, number, variant, record } = database;
    const dropped = { ...NOTHING, plan: downPlan(app, number, plan), databases: [record.metadata.name] };
    const state = closedState(dropped, app, { variant });
    await publisher.closeComment(withError(state, error));
    if (!hasOther({ number, variant }, reaped)) await publisher.closeDeployments(state);
  }
}

/** Whether the pull request still has an environment, of another app of the repository. */
function hasOther({ number, variant }: Pick<ReviewDatabase, 'number' | 'variant'>, reaped: readonly Reaped[]): boolean {
  return reaped.some(
    ({ environment, fate }) => environment.number === number && environment.variant === variant && fate !== 'removed',
  );
}

function closedOf({ environment: { name, app, number, variant } }: Reaped, plan: ReapPlan): Closed {
  return { ...NOTHING, plan: downPlan(app, number, plan), namespaces: [{ name, app, variant }] };
}

const NOTHING = { namespaces: [], databases: [], images: [], cluster: '', steps: [], ms: 0 };

function downPlan(app: string, number: number, { repositoryId, run }: ReapPlan): Closed['plan'] {
  return { operation: 'down', app, repositoryId, number, over: true, run };
}

function stuckError({ environment, because, details }: Reaped): TimedOut {
  return new TimedOut(`namespace ${environment.name} is ${because}`, { details: [...details], remedy: STUCK_REMEDY });
}
