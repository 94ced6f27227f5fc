import { LABELS } from '../../plan/names.ts';
import { ownerSelector } from '../../plan/review/owner.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { ANY_REVIEW_MARKER, markedApp } from '../../report/review-comment.ts';
import { type Closed, closedState, withError } from './closed-state.ts';
import type { ReviewPorts } from './ports.ts';
import type { Publisher } from './publisher.ts';
import { type Dropped, errorOf } from './shared/drop.ts';

const CAME_BACK = 'it was removed, with its database; another run brings it up again, anew.';

/**
 * The comment of each app, and the deployments when no other app of the repository still has an environment there. One that
 * another run has brought up again since is that run's to tell of.
 */
export async function tellClosed(
  closed: Closed,
  { failed }: Dropped,
  publisher: Publisher,
  cluster: Cluster,
  ports: ReviewPorts,
): Promise<void> {
  const { plan } = closed;
  const labelSelector = ownerSelector({ ...plan, app: undefined });
  const there = (await cluster.list({ apiVersion: 'v1', kind: 'Namespace' }, { labelSelector })).map(whoseIs);
  const kept = failed.map((one) => ({ ...one, ...whoseIs(one.record) }));
  const gone = new Set<string | undefined>(closed.namespaces.map(({ variant }) => variant));
  for (const app of await appsOf(closed, ports)) {
    for (const variant of await variantsOf(closed, app, publisher)) {
      gone.add(variant);
      const isIts = (one: { app: string | undefined; variant: string | undefined }) =>
        one.app === app && one.variant === variant;
      const error = errorOf({ dropped: [], failed: kept.filter(isIts) });
      if (!there.some(isIts)) await publisher.closeComment(withError(closedState(closed, app, { variant }), error));
      else if (plan.asked) await publisher.answer(plan.number, app, { ...plan.asked, text: CAME_BACK }, variant);
    }
  }
  for (const variant of gone) {
    const isUsed = there.some((one) => one.variant === variant);
    if (!isUsed) await publisher.closeDeployments(closedState(closed, '', { variant }));
  }
}

function whoseIs({ metadata: { labels = {} } }: KubeObject) {
  return { app: labels[LABELS.app], variant: labels[LABELS.variant] };
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
