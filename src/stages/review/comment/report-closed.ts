import { LeaseHeld } from '../../../errors.ts';
import { LABELS } from '../../../objects/names.ts';
import { ownerSelector } from '../../../plan/review/environment/owner.ts';
import type { KubeObject } from '../../../ports.ts';
import { ANY_REVIEW_MARKER, markedApp } from '../../../report/review-comment.ts';
import { type Dropped, dropError } from '../database/shared-server/drop.ts';
import type { Removed } from '../environment/remove-namespaces.ts';
import type { ReviewPorts } from '../ports.ts';
import type { ReviewSite } from '../work.ts';
import { type Closed, closedState, stuckState, withError } from './closed-state.ts';
import type { Publisher } from './publisher.ts';

const CAME_BACK = 'it was removed; another run deploys it again.';

/**
 * Updates the comment of each app, and the deployments if no other app of the repository has an environment there.
 * Leaves an environment that another run has brought up again to that run.
 */
export async function reportClosed(
  closed: Closed,
  removed: Removed,
  drops: Dropped,
  publisher: Publisher,
  site: ReviewSite,
): Promise<void> {
  const { plan } = closed;
  for (const one of removed.failed) await reportKept(one, closed, publisher);
  const kept = removed.failed.map(({ place }) => place);
  const labelSelector = ownerSelector({ ...plan, app: undefined });
  const there = (await site.cluster.list({ apiVersion: 'v1', kind: 'Namespace' }, { labelSelector })).map(whoseIs);
  const gone = new Set<string | undefined>(closed.namespaces.map(({ variant }) => variant));
  for (const app of await appsOf(closed, site)) {
    for (const variant of await variantsOf(closed, app, publisher)) {
      const isIts = (one: Whose) => one.app === app && one.variant === variant;
      if (kept.some(isIts)) continue;
      gone.add(variant);
      const error = dropError({ dropped: [], failed: drops.failed.filter(({ record }) => isIts(whoseIs(record))) });
      if (!there.some(isIts)) await publisher.closeComment(withError(closedState(closed, app, { variant }), error));
      else if (plan.asked) await publisher.answer(plan.number, app, { ...plan.asked, text: CAME_BACK }, variant);
    }
  }
  for (const variant of gone) {
    const isUsed = there.some((one) => one.variant === variant);
    if (!isUsed) await publisher.closeDeployments(closedState(closed, '', { variant }));
  }
}

/** Reports a removal that did not finish, which somebody has to look at. */
async function reportKept(
  { place, error }: Removed['failed'][number],
  closed: Closed,
  publisher: Publisher,
): Promise<void> {
  const { app, variant } = place;
  const { number, asked } = closed.plan;
  if (!(error instanceof LeaseHeld)) {
    const known = { ...closed, namespaces: [place], databases: [], images: [] };
    await publisher.closeComment(stuckState(closedState(known, app, { variant }), error));
  } else if (asked) {
    // Nothing was removed: the comment still holds.
    const text = `it was not done: ${error.message}.${error.remedy ? ` ${error.remedy}` : ''}`;
    await publisher.answer(number, app, { ...asked, text }, variant);
  }
}

interface Whose {
  app: string | undefined;
  variant: string | undefined;
}

function whoseIs({ metadata: { labels = {} } }: KubeObject): Whose {
  return { app: labels[LABELS.app], variant: labels[LABELS.variant] };
}

/** The variant that was asked for; otherwise all that were found or that the comment contains. */
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

/** The app of slipway.yml; otherwise those that were found; otherwise the one of the comment. */
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
