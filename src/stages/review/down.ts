import { outcomeOf } from '../../outcome.ts';
import { ownerSelector } from '../../plan/review/environment/owner.ts';
import type { ReviewDownPlan } from '../../plan/review-plan.ts';
import { reviewBlocks, reviewOutputs } from '../../report/review-report.ts';
import { reviewHeadline } from '../../report/review-words.ts';
import type { StageResult } from '../../stage-result.ts';
import type { Site } from '../site.ts';
import { Steps } from '../steps.ts';
import { type Closed, closedState, withError } from './comment/closed-state.ts';
import { Publisher } from './comment/publisher.ts';
import { offerAndAnnounce } from './comment/queue-notice.ts';
import { reportClosed } from './comment/report-closed.ts';
import { type Dropped, dropError, dropUnused, findDatabases } from './database/shared-server/drop.ts';
import { findNamespaces, removeNamespaces } from './environment/remove-namespaces.ts';
import { removeImages } from './local-images.ts';
import { openedSite } from './opened-site.ts';
import type { ReviewPorts } from './ports.ts';

/**
 * Removes everything of a pull request: namespaces by their owner labels, databases on shared servers, images in the
 * local engine, deployments on GitHub. Needs neither checkout nor slipway.yml, and is idempotent. Whatever cannot be
 * removed (a namespace that stays Terminating, an environment with a running deploy, a database that is not dropped)
 * does not block the rest; the result reports it with its cause.
 */
export async function reviewDown(plan: ReviewDownPlan, ports: ReviewPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const publisher = new Publisher(ports);
  const site = await steps.run('cluster', () => openedSite(ports));
  const found = await steps.run('find', () => findNamespaces(plan, site));
  const removed = await steps.run('delete', () => removeNamespaces(found, plan, site));
  // After the namespaces, when nothing uses them; also if something else deleted the namespace.
  const drops = await steps.run('databases', () => dropAll(plan, site));
  const images = removed.failed.length > 0 ? [] : await steps.run('images', () => removeImages(plan, ports));
  const closed = (): Closed => ({
    plan,
    namespaces: removed.gone,
    databases: drops.dropped.map(({ metadata }) => metadata.name),
    images,
    cluster: site.cluster.name,
    steps: [...steps.list],
    ms: steps.elapsed(),
  });
  await steps.run('report', () => reportClosed(closed(), removed, drops, publisher, site));
  const apps = removed.gone.map(({ app }) => app);
  if (apps.length > 0) await steps.run('queue', () => offerAndAnnounce(apps, plan, site, publisher));
  const error = removed.failed[0]?.error ?? dropError(drops);
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

async function dropAll(plan: ReviewDownPlan, site: Site): Promise<Dropped> {
  return dropUnused(await findDatabases(ownerSelector(plan), site.cluster), site);
}
