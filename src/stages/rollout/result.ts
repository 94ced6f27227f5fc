import { imageFrom, imageText, imageWords, sameImages } from '../../objects/images.ts';
import { leadsTo } from '../../objects/ingress/leads-to.ts';
import { repositoryOf } from '../../objects/pod-template.ts';
import { shortName } from '../../objects/ref.ts';
import { releaseId } from '../../objects/release.ts';
import { commitsTitle, diffHeadline, rolloutDiffLines, takenBackWords } from '../../report/rollout-diff.ts';
import type { Annotation, StageName, StageResult, SummaryBlock } from '../../stage-result.ts';
import { humanDuration } from '../../text/duration.ts';
import type { RollOutReport } from '../apply/request.ts';
import type { Steps } from '../steps.ts';
import type { Delivery } from './delivery.ts';
import { commitPage, compareUrl, diffOf } from './diff.ts';
import { historyBlock } from './history.ts';
import type { Leftover } from './prune.ts';

/** What rolling-update and promote answer; their outputs differ. */
export function deliveryResult(
  stage: StageName,
  delivery: Delivery,
  outputs: Record<string, string>,
  steps: Steps,
): StageResult {
  const { outcome, error, report } = delivery;
  return {
    stage,
    outcome,
    headline: headline(delivery),
    outputs,
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: blocks(delivery),
    annotations: [
      ...(report ? warnings(report) : []),
      ...unremoved(delivery.leftovers),
      ...unissued(delivery),
      ...unrouted(delivery),
    ],
    ...(delivery.plan.dryRun ? { dryRun: true } : {}),
    ...(error ? { error } : {}),
  };
}

function headline(made: Delivery): string {
  const { plan, outcome, images, current, good, report } = made;
  const image = imageWords(images);
  const where = `${plan.environment} (${plan.namespace})`;
  if (plan.dryRun) return `dry run of ${where}: nothing was written; ${diffHeadline(diffOf(made))}`;
  const id = current ? releaseId(current) : 'nothing';
  switch (outcome) {
    case 'succeeded':
      return `${where} runs ${id}, ${image}, ready after ${humanDuration(report?.ms ?? 0)}${partialWords(current)}`;
    case 'unchanged':
      return `${where} runs ${id}, ${image}, already; nothing was written${partialWords(current)}`;
    case 'rolled-back':
      return `${where} is back at ${id}, ${imageWords(current?.images ?? {})}: the new release did not become ready`;
    default:
      return `${where}: ${failureWords(outcome)}${good ? `; the last release that worked is ${releaseId(good)}` : ''}`;
  }
}

function partialWords(release: Delivery['current']): string {
  return release?.partial ? `; only in part: ${release.partial.join('; ')}` : '';
}

function failureWords(outcome: Delivery['outcome']): string {
  if (outcome === 'cancelled') return 'the rollout was cancelled';
  return outcome === 'unknown' ? 'how the rollout ended is not known' : 'the rollout failed';
}

function blocks(delivery: Delivery): SummaryBlock[] {
  const { plan, images, current, previousImages } = delivery;
  const several = Object.keys(images).length > 1;
  const changed = previousImages && !sameImages(previousImages, images);
  const previous = changed ? imageText(previousImages) : '';
  const rows: [string, string][] = [
    ['environment', plan.environment],
    ['namespace', plan.namespace],
    ...(several ? [] : [['image', imageText(images)] as [string, string]]),
    ['commit', commitPage(plan.commit, plan.run.url)],
    ['compare', compareUrl(delivery)],
    ...(plan.dryRun ? [['validation', delivery.validation] as [string, string]] : []),
    ...(several || previous === '' ? [] : [['previous image', previous] as [string, string]]),
    ...(current ? [['serves now', releaseId(current)] as [string, string]] : []),
    ...(plan.url ? [['url', plan.url] as [string, string]] : []),
  ];
  return [
    { kind: 'facts', rows },
    ...commitTable(delivery),
    ...imageTable(delivery),
    ...objectTable(delivery),
    ...diffBlock(delivery),
    ...historyBlock(delivery),
  ];
}

/** The commits that a dry run would bring, the newest first. */
function commitTable({ commits, plan }: Delivery): SummaryBlock[] {
  if (commits === undefined) return [];
  const rows = commits.commits.map(({ sha, title, by }) => [commitPage(sha, plan.run.url), title, by]);
  const back: SummaryBlock[] = commits.behind > 0 ? [{ kind: 'text', text: takenBackWords(commits, plan) }] : [];
  if (rows.length === 0) return back;
  return [...back, { kind: 'table', title: commitsTitle(commits), header: ['commit', 'title', 'by'], rows }];
}

/** With several images, a row for each. */
function imageTable({ images, previousImages = {} }: Delivery): SummaryBlock[] {
  if (Object.keys(images).length < 2) return [];
  const rows = Object.entries(images).map(([name, image]) => {
    const before = imageFrom(previousImages, repositoryOf(image)) ?? '';
    return [name, image, before === image ? 'the same' : before];
  });
  return [{ kind: 'table', title: 'Images', header: ['image', 'reference', 'before'], rows }];
}

function objectTable({ plan, changes, leftovers, report }: Delivery): SummaryBlock[] {
  if (changes.length + leftovers.length === 0) return [];
  const states = new Map((report?.objects ?? []).map((object) => [shortName(object.ref), object]));
  const rows = changes.map(({ ref, change }) => {
    const state = states.get(shortName(ref));
    return [`${ref.kind} ${ref.name}`, change, state ? `${state.outcome.replace('-', ' ')}: ${state.reason}` : ''];
  });
  const words = { remove: plan.dryRun ? 'removed' : 'kept', removed: 'removed', keep: 'kept', failed: 'not removed' };
  const left = leftovers.map(({ ref, state, note }) => [`${ref.kind} ${ref.name}`, words[state], note]);
  return [{ kind: 'table', title: 'Objects', header: ['object', 'change', 'state'], rows: [...rows, ...left] }];
}

/** So many lines of a diff are shown without a click. */
const OPEN_LINES = 60;

function diffBlock(delivery: Delivery): SummaryBlock[] {
  if (!delivery.plan.dryRun) return [];
  // The summary has the commits and the validation above it.
  const lines = rolloutDiffLines({ ...diffOf(delivery), commits: undefined, validation: '' });
  return [{ kind: 'log', title: 'What would change', lines, open: lines.length <= OPEN_LINES }];
}

function warnings({ objects }: RollOutReport): Annotation[] {
  return objects.flatMap(({ ref, warning }) =>
    warning ? [{ level: 'warning' as const, title: shortName(ref), message: warning }] : [],
  );
}

function unissued({ notIssued = [], plan }: Delivery): Annotation[] {
  return notIssued.map((message) => ({ level: 'warning', title: `HTTPS of ${plan.environment}`, message }));
}

/** Slipway writes no Ingress for objects of the team: the URL is what slipway.yml says, and nothing has to answer there. */
function unrouted({ plan, outcome, current }: Delivery): Annotation[] {
  const isDone = outcome === 'succeeded' || outcome === 'unchanged';
  if (!isDone || plan.dryRun || plan.source.from === 'config' || !plan.url?.startsWith('http')) return [];
  const { hostname } = new URL(plan.url);
  if (leadsTo(hostname, current?.objects ?? [])) return [];
  const message = `no object of deploy.${plan.source.from} has the host ${hostname}, and Slipway writes no Ingress for your own objects: an Ingress elsewhere has to lead to it (docs/own-chart.md)`;
  return [{ level: 'notice', title: `URL of ${plan.environment}`, message }];
}

function unremoved(leftovers: readonly Leftover[]): Annotation[] {
  return leftovers
    .filter(({ state }) => state === 'failed')
    .map(({ ref, note }) => ({ level: 'warning' as const, title: shortName(ref), message: note }));
}
