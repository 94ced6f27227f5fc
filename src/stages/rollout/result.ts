import { shortName } from '../../plan/objects/ref.ts';
import { releaseId } from '../../plan/release.ts';
import { humanDuration } from '../../text/duration.ts';
import type { Annotation, StageName, StageResult, SummaryBlock } from '../stage-result.ts';
import type { Steps } from '../steps.ts';
import type { Change, Delivery } from './deliver.ts';
import type { RollOutReport } from './request.ts';

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
    annotations: [...(report ? warnings(report) : [])],
    ...(error ? { error } : {}),
  };
}

function headline({ plan, outcome, image, current, changes, report }: Delivery): string {
  const where = `${plan.environment} (${plan.namespace})`;
  const count = changes.filter(({ lines }) => lines.length > 0).length;
  if (plan.dryRun)
    return `dry run: nothing was written; ${count} of ${changes.length} objects of ${where} would change`;
  const id = current ? releaseId(current) : 'nothing';
  switch (outcome) {
    case 'succeeded':
      return `${where} runs ${id}, ${image}, ready after ${humanDuration(report?.ms ?? 0)}`;
    case 'unchanged':
      return `${where} runs ${id}, ${image}, already; nothing was written`;
    case 'rolled-back':
      return `${where} is back at ${id}, ${current?.image}: the new release did not become ready`;
    default:
      return `${where}: ${delivery(outcome)}${current ? `; the last release that worked is ${id}` : ''}`;
  }
}

function delivery(outcome: Delivery['outcome']): string {
  if (outcome === 'cancelled') return 'the rollout was cancelled';
  return outcome === 'unknown' ? 'how the rollout ended is not known' : 'the rollout failed';
}

function blocks({ plan, image, current, previousImage, changes, report }: Delivery): SummaryBlock[] {
  const rows: [string, string][] = [
    ['environment', plan.environment],
    ['namespace', plan.namespace],
    ['image', image],
    ['commit', plan.commit],
    ...(previousImage && previousImage !== image ? [['previous image', previousImage] as [string, string]] : []),
    ...(current ? [['release', releaseId(current)] as [string, string]] : []),
    ...(plan.url ? [['url', plan.url] as [string, string]] : []),
  ];
  return [{ kind: 'facts', rows }, ...objectTable(changes, report), ...diffBlock(plan.dryRun, changes)];
}

function objectTable(changes: readonly Change[], report: RollOutReport | undefined): SummaryBlock[] {
  if (changes.length === 0) return [];
  const states = new Map((report?.objects ?? []).map((object) => [shortName(object.ref), object]));
  const rows = changes.map(({ ref, lines }) => {
    const name = shortName(ref);
    const state = states.get(name);
    const change = lines.length === 0 ? 'unchanged' : lines[0] === '(new)' ? 'new' : 'changed';
    return [`${ref.kind} ${ref.name}`, change, state ? `${state.outcome}: ${state.reason}` : ''];
  });
  return [{ kind: 'table', title: 'Objects', header: ['object', 'change', 'state'], rows }];
}

function diffBlock(dryRun: boolean, changes: readonly Change[]): SummaryBlock[] {
  const lines = changes.flatMap((change) => changeLines(change));
  return dryRun && lines.length > 0 ? [{ kind: 'log', title: 'What would change', lines }] : [];
}

/** One object and its changed fields, for the log and the summary. */
export function changeLines({ ref, lines }: Change): string[] {
  return lines.length === 0 ? [] : [shortName(ref), ...lines.map((line) => `  ${line}`)];
}

function warnings({ objects }: RollOutReport): Annotation[] {
  return objects.flatMap(({ ref, warning }) =>
    warning ? [{ level: 'warning' as const, title: shortName(ref), message: warning }] : [],
  );
}
