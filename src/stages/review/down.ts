import { outcomeOf } from '../../outcome.ts';
import { ownerSelector } from '../../plan/review/environment/owner.ts';
import type { ReviewDownPlan } from '../../plan/review-plan.ts';
import type { Cluster } from '../../ports.ts';
import { reviewBlocks, reviewOutputs } from '../../report/review-report.ts';
import { reviewHeadline } from '../../report/review-words.ts';
import type { StageResult } from '../../stage-result.ts';
import { Steps } from '../steps.ts';
import { type Closed, closedState, withError } from './comment/closed-state.ts';
import { Publisher } from './comment/publisher.ts';
import { tellCalled } from './comment/queue-notice.ts';
import { tellClosed } from './comment/report-closed.ts';
import { type Dropped, dropUnused, errorOf, findDatabases } from './database/shared-server/drop.ts';
import { callFirst } from './environment/queue.ts';
import { type FoundNamespace, findNamespaces, removeNamespaces } from './environment/remove-namespaces.ts';
import { removeImages } from './local-images.ts';
import type { ReviewPorts } from './ports.ts';

/**
 * Removes what there is of a pull request: its namespaces, found by their owner labels, its images in the local engine, its
 * deployments on GitHub. It needs neither checkout nor slipway.yml, and doing it twice is safe. What stays (a namespace that
 * is Terminating, an environment in which a run is at work, a database that is not dropped) keeps nothing else from going:
 * it is told, with what keeps it, and is the error of the result.
 */
export async function reviewDown(plan: ReviewDownPlan, ports: ReviewPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const publisher = new Publisher(ports);
  const cluster = await steps.run('cluster', () => connect(ports));
  const found = await steps.run('find', () => findNamespaces(plan, cluster, ports.log));
  const removed = await steps.run('delete', () => removeNamespaces(found, plan, cluster, ports));
  // After the namespaces, so that nobody uses them any more; also where the namespace has gone in another way.
  const drops = await steps.run('databases', () => dropAll(plan, cluster, ports));
  const images = removed.failed.length > 0 ? [] : await steps.run('images', () => removeImages(plan, ports));
  const closed = (): Closed => ({
    plan,
    namespaces: removed.gone,
    databases: drops.dropped.map(({ metadata }) => metadata.name),
    images,
    cluster: cluster.name,
    steps: [...steps.list],
    ms: steps.elapsed(),
  });
  await steps.run('tell', () => tellClosed(closed(), removed, drops, publisher, cluster, ports));
  if (removed.gone.length > 0) await steps.run('queue', () => callNext(removed.gone, plan, cluster, ports, publisher));
  const error = removed.failed[0]?.error ?? errorOf(drops);
  const state = withError(closedState(closed(), plan.app ?? found[0]?.app ?? ''), error);
  return {
    stage: 'review-environment',
    outcome: error ? outcomeOf(error) : state.phase === 'removed' ? 'succeeded' : 'unchanged',
    headline: reviewHeadline(state),
    outputs: reviewOutputs(state),
    steps: steps.list,
    ms: state.ms,
    blocks: reviewBlocks(state),
    annotations: publisher.warnings,
    ...(error ? { error } : {}),
  };
}

async function dropAll(plan: ReviewDownPlan, cluster: Cluster, ports: ReviewPorts): Promise<Dropped> {
  return dropUnused(await findDatabases(ownerSelector(plan), cluster), cluster, ports);
}

/** A place may be free now. */
async function callNext(
  found: readonly FoundNamespace[],
  { repositoryId, run }: ReviewDownPlan,
  cluster: Cluster,
  { github, clock, log }: ReviewPorts,
  publisher: Publisher,
): Promise<void> {
  for (const app of new Set(found.map((one) => one.app))) {
    await tellCalled(await callFirst({ repositoryId, app }, { cluster, github, clock, log }), run, publisher);
  }
}

async function connect({ connect: open, log }: ReviewPorts): Promise<Cluster> {
  const cluster = await open();
  log.info(`cluster ${cluster.name}, Kubernetes ${await cluster.version()}`);
  return cluster;
}
