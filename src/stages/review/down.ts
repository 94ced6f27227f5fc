import { Cancelled, SlipwayError } from '../../errors.ts';
import { LABELS } from '../../plan/names.ts';
import { ownerSelector } from '../../plan/review/owner.ts';
import type { ReviewDownPlan } from '../../plan/review-plan.ts';
import type { Cluster } from '../../ports.ts';
import { ANY_REVIEW_MARKER, markedApp } from '../../report/review-comment.ts';
import { reviewBlocks, reviewOutputs } from '../../report/review-report.ts';
import { reviewHeadline } from '../../report/review-words.ts';
import type { StageResult } from '../stage-result.ts';
import { Steps } from '../steps.ts';
import { tellCalled } from './called.ts';
import { type Closed, closedState, stuckState } from './closed-state.ts';
import { removeImages } from './local-images.ts';
import type { ReviewPorts } from './ports.ts';
import { Publisher } from './publisher.ts';
import { callFirst } from './queue.ts';
import { type FoundNamespace, findNamespaces, removeNamespaces } from './remove-namespaces.ts';
import { dropDatabases, findDatabases } from './shared/drop.ts';

/**
 * Removes what there is of a pull request: its namespaces, found by their owner labels, its images in the local engine, its
 * deployments on GitHub. It needs neither checkout nor slipway.yml, and doing it twice is safe.
 * @throws TimedOut when a namespace stays Terminating, naming what keeps it
 */
export async function reviewDown(plan: ReviewDownPlan, ports: ReviewPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const publisher = new Publisher(ports);
  const cluster = await steps.run('cluster', () => connect(ports));
  const found = await steps.run('find', () => findNamespaces(plan, cluster, ports.log));
  await steps.run('delete', () => removeNamespaces(found, cluster, ports).catch(notRemoved(plan, found, publisher)));
  const databases = await steps.run('databases', () => dropAll(plan, cluster, ports));
  const images = await steps.run('images', () => removeImages(plan, ports));
  const closed = (): Closed => {
    return {
      plan,
      namespaces: found,
      databases,
      images,
      cluster: cluster.name,
      steps: [...steps.list],
      ms: steps.elapsed(),
    };
  };
  await steps.run('tell', () => tell(closed(), publisher, cluster, ports));
  if (found.length > 0) await steps.run('queue', () => callNext(found, plan, cluster, ports, publisher));
  const state = closedState(closed(), plan.app ?? found[0]?.app ?? '');
  return {
    stage: 'review-environment',
    outcome: state.phase === 'removed' ? 'succeeded' : 'unchanged',
    headline: reviewHeadline(state),
    outputs: reviewOutputs(state),
    steps: steps.list,
    ms: state.ms,
    blocks: reviewBlocks(state),
    annotations: publisher.warnings,
  };
}

/** A removal that does not come to its end is told on the pull request, too: somebody has to look. */
function notRemoved(plan: ReviewDownPlan, namespaces: FoundNamespace[], publisher: Publisher) {
  return async (error: unknown): Promise<never> => {
    const known = { plan, namespaces, databases: [], images: [], cluster: '', steps: [], ms: 0 };
    if (error instanceof SlipwayError && !(error instanceof Cancelled)) {
      for (const { app, variant } of namespaces)
        await publisher.closeComment(stuckState(closedState(known, app, { variant }), error));
    }
    throw error;
  };
}

/** After the namespaces, so that nobody uses them any more; also where the namespace has gone in another way. */
async function dropAll(plan: ReviewDownPlan, cluster: Cluster, ports: ReviewPorts): Promise<string[]> {
  return dropDatabases(await findDatabases(ownerSelector(plan), cluster), cluster, ports);
}

/** A place may be free now. */
async function callNext(
  found: FoundNamespace[],
  { repositoryId, run }: ReviewDownPlan,
  cluster: Cluster,
  { github, log }: ReviewPorts,
  publisher: Publisher,
): Promise<void> {
  for (const app of new Set(found.map((one) => one.app))) {
    await tellCalled(await callFirst({ repositoryId, app }, { cluster, github, log }), run, publisher);
  }
}

async function connect({ connect: open, log }: ReviewPorts): Promise<Cluster> {
  const cluster = await open();
  log.info(`cluster ${cluster.name}, Kubernetes ${await cluster.version()}`);
  return cluster;
}

/** The comment of each app, and the deployments when no other app of the repository still has an environment there. */
async function tell(closed: Closed, publisher: Publisher, cluster: Cluster, ports: ReviewPorts): Promise<void> {
  const gone = new Set<string | undefined>(closed.namespaces.map(({ variant }) => variant));
  for (const app of await appsOf(closed, ports)) {
    for (const variant of await variantsOf(closed, app, publisher)) {
      gone.add(variant);
      await publisher.closeComment(closedState(closed, app, { variant }));
    }
  }
  const labelSelector = ownerSelector({ ...closed.plan, app: undefined });
  const others = await cluster.list({ apiVersion: 'v1', kind: 'Namespace' }, { labelSelector });
  const still = new Set(others.map(({ metadata }) => metadata.labels?.[LABELS.variant]));
  for (const variant of gone) {
    if (!still.has(variant)) await publisher.closeDeployments(closedState(closed, '', { variant }));
  }
}

/** The one that was asked for, else all that were found, or that the comment still tells of. */
async function variantsOf(
  { plan, namespaces }: Closed,
  app: string,
  publisher: Publisher,
): Promise<(string | undefined)[]> {
  if (plan.variant !== undefined) return [plan.variant];
  const found = namespaces.filter((one) => one.app === app).map(({ variant }) => variant);
  const all = new Set([...found, ...(await publisher.variants(plan.number, app))]);
  return all.size === 0 ? [undefined] : [...all];
}

/** Known from slipway.yml, else from what was found, else from the comment itself. */
async function appsOf({ plan, namespaces }: Closed, { github, log }: ReviewPorts): Promise<string[]> {
  if (plan.app !== undefined) return [plan.app];
  if (namespaces.length > 0) return [...new Set(namespaces.map(({ app }) => app))];
  try {
    const body = await github?.findComment(plan.number, ANY_REVIEW_MARKER);
    const app = markedApp(body ?? '');
    return app === undefined ? [] : [app];
  } catch (error) {
    log.debug(`no comment found: ${String(error)}`);
    return [];
  }
}
