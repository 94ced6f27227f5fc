import type { SummaryBlock } from '../../stage-result.ts';
import type { Share } from './coverage/read.ts';
import { caseTitle } from './junit/report.ts';
import type { TestRun } from './test-run.ts';

const MOST_FLAKY = 20;
const MOST_FIXED = 10;

/** What differs from the last run of each test; nothing where no test failed now or then. */
export function sinceLast(runs: readonly TestRun[]): SummaryBlock[] {
  const tables = new Map<string, string[][]>();
  for (const { name, failed, since } of runs) {
    if (since === undefined || failed.length + since.fixed.length === 0) continue;
    const fresh = since.fresh.size;
    const title = `Since ${since.commit.slice(0, 12)} (${since.run})`;
    const row = [name, String(fresh), String(failed.length - fresh), fixedText(since.fixed)];
    tables.set(title, [...(tables.get(title) ?? []), row]);
  }
  const header = ['test', 'new failures', 'failed before as well', 'no longer failing'];
  return [...tables].map(([title, rows]) => ({ kind: 'table', title, header, rows }));
}

function fixedText(fixed: readonly string[]): string {
  if (fixed.length === 0) return '0';
  const rest = fixed.length - MOST_FIXED;
  return `${fixed.length}: ${fixed.slice(0, MOST_FIXED).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}

/** The cases that failed and passed when they were repeated. They count as passed. */
export function flakyCases(runs: readonly TestRun[]): SummaryBlock[] {
  const all = runs.flatMap(({ name, flaky }) => flaky.map((one) => [name, caseTitle(one), one.message]));
  if (all.length === 0) return [];
  const rest = all.length - MOST_FLAKY;
  const title = `Flaky: failed at first, then passed${rest > 0 ? ` (${rest} more in the report)` : ''}`;
  return [{ kind: 'table', title, header: ['test', 'case', 'message of the failure'], rows: all.slice(0, MOST_FLAKY) }];
}

/** The coverage of each test that has a report, and its change since the last run. */
export function coverageBlocks(runs: readonly TestRun[]): SummaryBlock[] {
  const rows = runs.flatMap(({ name, coverage, since }) => {
    if (coverage === undefined) return [];
    const { lines, branches } = coverage;
    const before = since?.coverage;
    return [[name, shareText(lines, before?.lines), branches ? shareText(branches, before?.branches) : '']];
  });
  return rows.length === 0 ? [] : [{ kind: 'table', title: 'Coverage', header: ['test', 'lines', 'branches'], rows }];
}

function shareText({ percent, covered, valid }: Share, before: number | undefined): string {
  const counts = covered === undefined ? '' : ` (${covered} of ${valid})`;
  const change = before === undefined ? 0 : percent - before;
  const changed = Math.abs(change) < 0.05 ? '' : `, ${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(1)}`;
  return `${percent.toFixed(1)} %${counts}${changed}`;
}
