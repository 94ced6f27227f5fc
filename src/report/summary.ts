import { exitCodeOf } from '../outcome.ts';
import type { StageResult } from '../stage-result.ts';
import { bothEnds } from '../text/cut.ts';
import { humanDuration } from '../text/duration.ts';
import { renderBlock } from './blocks.ts';
import { moreInTheLog, place } from './error-text.ts';
import { bytes, type Detail, fitted, SUMMARY_BYTES } from './limits.ts';
import { code, codeBlock, inline, paragraph, prose, shortDigests, table } from './markdown.ts';
import { OUTCOME_SIGNS, OUTCOME_WORDS } from './outcome-words.ts';
import { overallOutcome, type RunReport, skippedByReason } from './run-report.ts';

/**
 * The job summary of a run: the outcome in one line, the stages with their times, and the blocks of each stage. Fits GitHub's
 * 1 MiB per step.
 */
export function renderSummary(report: RunReport): string {
  return fitted((detail) => render(report, detail), SUMMARY_BYTES, bytes);
}

function render(report: RunReport, detail: Detail): string {
  const single = report.results.length === 1 && report.skipped.length === 0;
  const parts = [
    title(report, single),
    single ? '' : stageTable(report),
    ...report.results.map((result) => stage(result, single, detail)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function title({ results }: RunReport, single: boolean): string {
  const outcome = overallOutcome(results);
  const [first] = results;
  const name = single && first ? first.stage : 'pipeline';
  const isDry = results.length > 0 && results.every((result) => result.dryRun === true);
  if (isDry && exitCodeOf(outcome) === 0) return `## 🔍 ${name}: dry run, nothing was written`;
  return `## ${OUTCOME_SIGNS[outcome]} ${name}: ${OUTCOME_WORDS[outcome]}`;
}

function stageTable({ results, skipped }: RunReport): string {
  const total = results.reduce((sum, result) => sum + result.ms, 0);
  const ran = results.map((result) => [
    code(result.stage),
    unbroken(result.dryRun ? '🔍 dry run' : `${OUTCOME_SIGNS[result.outcome]} ${result.outcome}`),
    unbroken(humanDuration(result.ms)),
    prose(shortDigests(result.headline)),
  ]);
  const not = skippedByReason(skipped).map(({ stages, reason }) => {
    return [stages.map(code).join(', '), unbroken('⚪ not run'), '', prose(reason)];
  });
  return table(
    ['stage', 'outcome', 'time', ''],
    [...ran, ...not, ['**all**', '', `**${unbroken(humanDuration(total))}**`, '']],
  );
}

function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

function stage(result: StageResult, single: boolean, detail: Detail): string {
  const blocks = result.blocks.map((block) => renderBlock(block, detail));
  const wrong = result.error ? problem(result, detail) : '';
  // In a pipeline, the table above shows the headline; an error is worth repeating.
  const head = single ? paragraph(shortDigests(result.headline)) : `### ${result.stage}`;
  const said = wrong === '' || !single ? head : '';
  if (!single && wrong === '' && blocks.every((block) => block === '') && result.steps.length === 0) return '';
  return [said, wrong, ...blocks, steps(result)].filter((part) => part !== '').join('\n\n');
}

/** Lines of a diagnosis that are shown in the shortest rendering, too. */
const FEWEST_DETAILS = 12;

/** What went wrong, where, and what to do about it. */
function problem({ error, outcome }: StageResult, { logLines, lineCharacters }: Detail): string {
  if (!error || exitCodeOf(outcome) === 0) return '';
  const where = place(error);
  const details = bothEnds(error.details, Math.max(logLines, FEWEST_DETAILS), moreInTheLog);
  return [
    `**${prose(error.message)}**`,
    where ? `at ${code(where)}` : '',
    details.length > 0 ? codeBlock(details, { longest: lineCharacters }) : '',
    error.remedy ? `> **What to do:** ${prose(error.remedy)}` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function steps({ steps: list, ms }: StageResult): string {
  if (list.length === 0) return '';
  const each = list.map((step) => `${inline(step.name)} ${humanDuration(step.ms)}`);
  return `<sub>${[...each, `in all ${humanDuration(ms)}`].join(' · ')}</sub>`;
}
