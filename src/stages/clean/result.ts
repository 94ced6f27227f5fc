import type { SlipwayError } from '../../errors.ts';
import type { CleanPlan } from '../../plan/clean/clean-plan.ts';
import type { Component } from '../../plan/clean/components.ts';
import type { Judged } from '../../plan/clean/judge.ts';
import type { ImageRepository } from '../../ports.ts';
import type { StageResult, SummaryBlock } from '../../stage-result.ts';
import type { Steps } from '../steps.ts';
import type { Swept } from './sweep.ts';

/** The result for one repository. */
export interface Cleaned {
  repository: ImageRepository;
  judged: readonly Judged[];
  /** What is deleted, within the limit. */
  due: readonly Judged[];
  /** Empty in a dry run. */
  swept: readonly Swept[];
  /** What ended the run early. */
  error: SlipwayError | undefined;
}

/** Rows of images that stay: enough to see why, in a summary that people read. */
const SHOWN = 200;
const ORDER = ['due', 'unneeded', 'young', 'foreign', 'needed'];
const TAGS_SHOWN = 5;

/** The report: what is deleted, what stays, and why; the counts as outputs. */
export function cleanResult(plan: CleanPlan, cleaned: readonly Cleaned[], steps: Steps): StageResult {
  const removed = cleaned.reduce((sum, one) => sum + removedOf(one, plan).length, 0);
  const all = cleaned.reduce((sum, { judged }) => sum + judged.length, 0);
  const due = cleaned.flatMap(({ judged }) => judged.filter(({ fate }) => fate === 'due')).length;
  const error = cleaned.find((one) => one.error)?.error;
  return {
    stage: 'clean-registry',
    outcome: error ? 'failed' : removed > 0 && !plan.dryRun ? 'succeeded' : 'unchanged',
    ...(plan.dryRun ? { dryRun: true } : {}),
    headline: plan.dryRun
      ? `${removed} of ${all} images would be deleted (dry run: nothing was written)`
      : `${removed} of ${all} images deleted`,
    outputs: { removed: String(removed), kept: String(all - removed) },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: cleaned.flatMap((one) => blocksOf(one, plan)),
    annotations:
      due > plan.limit
        ? [
            {
              level: 'notice',
              message: `${due} images are due, and one run deletes ${plan.limit}: the next runs continue`,
            },
          ]
        : [],
    ...(error ? { error } : {}),
  };
}

function removedOf({ due, swept }: Cleaned, { dryRun }: CleanPlan): Judged[] {
  return dryRun ? [...due] : swept.filter(({ kept }) => kept === undefined).map(({ judged }) => judged);
}

function blocksOf(cleaned: Cleaned, plan: CleanPlan): SummaryBlock[] {
  const { repository, judged, swept } = cleaned;
  const removed = new Set(removedOf(cleaned, plan));
  const meanwhile = new Map(swept.map(({ judged: one, kept }) => [one, kept]));
  const sorted = [...judged].sort((a, b) => ORDER.indexOf(a.fate) - ORDER.indexOf(b.fate));
  const rows = sorted
    .slice(0, Math.max(SHOWN, removed.size))
    .map((one) => [
      nameOf(one.component),
      removed.has(one) ? (plan.dryRun ? 'would be deleted' : 'deleted') : 'kept',
      meanwhile.get(one) ??
        (one.fate === 'due' && !removed.has(one) ? `${one.because}; left to the next run` : one.because),
    ]);
  const facts: SummaryBlock = {
    kind: 'facts',
    rows: [
      ['Repository', repository.name],
      ['Images', String(judged.length)],
      ['Deletes by', repository.by],
      ['Not shown', judged.length > rows.length ? `${judged.length - rows.length} images that are kept` : ''],
    ],
  };
  return [facts, ...(rows.length > 0 ? [{ kind: 'table' as const, header: ['Image', '', 'Because'], rows }] : [])];
}

/** The tags of an image, otherwise its digest. */
function nameOf({ tags, manifests }: Component): string {
  const own = tags.filter((tag) => !tag.startsWith('sha256-')).sort();
  if (own.length === 0) return manifests[0]?.digest.slice(0, 'sha256:'.length + 12) ?? '';
  const more = own.length - TAGS_SHOWN;
  return `${own.slice(0, TAGS_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
