import { type SlipwayError, TestsFailed } from '../../errors.ts';
import type { TestPlan } from '../../plan/test-plan.ts';
import type { Annotation, StageResult, SummaryBlock } from '../../stage-result.ts';
import { humanDuration } from '../../text/duration.ts';
import type { Steps } from '../steps.ts';
import { newMark } from './history/compare.ts';
import { addCounts, type Counts, caseTitle } from './junit/report.ts';
import { coverageBlocks, flakyCases, sinceLast } from './result-blocks.ts';
import type { TestRun } from './test-run.ts';

const MOST_FAILURES = 50;

/** The result of run-tests. The numbers count test cases; they are empty without any report. */
export function testResult(plan: TestPlan, runs: readonly TestRun[], steps: Steps): StageResult {
  const counted = runs.map((run) => run.counts).filter((counts) => counts !== undefined);
  const total = counted.length > 0 || runs.length === 0 ? addCounts(counted) : undefined;
  const failed = runs.filter((run) => !run.passed);
  const report = runs.some((run) => run.report !== undefined) ? plan.reportsDir : '';
  const numbers = { passed: shown(total?.passed), failed: shown(total?.failed), skipped: shown(total?.skipped) };
  return {
    stage: 'run-tests',
    outcome: failed.length > 0 ? 'failed' : allReused(runs) ? 'unchanged' : 'succeeded',
    headline: failed.length > 0 ? failed.map((run) => `${run.name}: ${run.reason}`).join('; ') : headline(runs, total),
    outputs: { ...numbers, report },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [
      ...overview(plan, runs),
      ...sinceLast(runs),
      ...failures(failed),
      ...flakyCases(runs),
      ...coverageBlocks(runs),
      ...failed.flatMap((run) => logs(run, failed.length === 1)),
    ],
    annotations: [...runs.flatMap((run) => run.annotations), ...runs.flatMap(warnings)],
    ...(failed.length > 0 ? { error: failureOf(failed) } : {}),
  };
}

function allReused(runs: readonly TestRun[]): boolean {
  return runs.length > 0 && runs.every(({ reusedFrom }) => reusedFrom !== undefined);
}

function shown(count: number | undefined): string {
  return count === undefined ? '' : String(count);
}

function headline(runs: readonly TestRun[], total: Counts | undefined): string {
  if (runs.length === 0) return 'There was no test to run';
  const reused = runs.filter(({ reusedFrom }) => reusedFrom !== undefined);
  const names = reused.map((run) => run.name).join(', ');
  const from = [...new Set(reused.map(({ reusedFrom }) => reusedFrom))].join(', ');
  const before = reused.length > 0 ? [`reused: ${names} passed in the same image in ${from}`] : [];
  if (allReused(runs)) return before.join();
  const skipped = total && total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  const cases = total ? [`${total.passed} test cases passed${skipped}`] : [];
  const uncounted = runs.filter((run) => run.counts === undefined).map((run) => run.name);
  const others =
    uncounted.length > 0 ? [`${uncounted.join(', ')} passed without a report: its cases are not counted`] : [];
  return [...before, ...cases, ...others].join('; ');
}

/** Cases of a test that the error lists; the table holds those of a test with more. */
const LISTED = 10;

/** The message of the only failed test, or a line for each of several. */
function failureOf(failed: readonly TestRun[]): SlipwayError {
  const [first] = failed;
  const own = failed.length === 1 ? first : undefined;
  const message = own ? `${own.name}: ${own.reason}` : `${failed.map((run) => run.name).join(', ')} failed`;
  const details = failed.flatMap((run) => [
    ...(own ? [] : [`${run.name}: ${run.reason}`]),
    ...run.failed.slice(0, LISTED).map((one) => `${newMark(one, run.since)}${caseTitle(one)}: ${one.message}`),
    ...run.details,
  ]);
  const remedy =
    own?.remedy ??
    'Nothing was pushed or deployed. The failures are in the summary, the output is in the log of the test. The tests run inside the image: they need their files and their test runner in it, or in a stage that `target` of the test names.';
  return new TestsFailed(message, { details, remedy });
}

function overview(plan: TestPlan, runs: readonly TestRun[]): SummaryBlock[] {
  const places = Object.keys(plan.images).length > 1 || runs.some(({ target }) => target !== undefined);
  const ran = runs.map((run) => [
    run.name,
    ...(places ? [`${run.image}${run.target === undefined ? '' : `, target ${run.target}`}`] : []),
    // The headline holds the reason.
    run.reusedFrom !== undefined ? 'reused' : run.passed ? 'passed' : 'failed',
    ...(run.counts === undefined ? ['no report', '', ''] : countsOf(run.counts)),
    humanDuration(run.ms),
  ]);
  const not = plan.skipped.map(({ name, reason }) => {
    return [name, ...(places ? [''] : []), `not run: ${reason}`, '', '', '', ''];
  });
  if (ran.length + not.length === 0) return [];
  const header = ['test', ...(places ? ['image'] : []), 'result', 'passed', 'failed', 'skipped', 'time'];
  return [{ kind: 'table', header, rows: [...ran, ...not] }];
}

function countsOf({ passed, failed, skipped }: Counts): string[] {
  return [passed, failed, skipped].map(String);
}

/** The failed cases, unless the error lists all of them: it stands above the blocks. */
function failures(failed: readonly TestRun[]): SummaryBlock[] {
  if (failed.every((run) => run.failed.length <= LISTED)) return [];
  const all = failed.flatMap((run) =>
    run.failed.map((one) => [run.name, one.suite, `${newMark(one, run.since)}${one.name}`, one.message]),
  );
  const rows = all.slice(0, MOST_FAILURES);
  const rest = all.length - rows.length;
  const title = rest > 0 ? `Failures (${rest} more in the report)` : 'Failures';
  return [{ kind: 'table', title, header: ['test', 'suite', 'case', 'message'], rows }];
}

/** The end of the test's output, unless the error shows it, then the end of its services' output. */
function logs(run: TestRun, inError: boolean): SummaryBlock[] {
  const stacks = run.failed.slice(0, 10).filter((one) => one.text !== '');
  return [
    ...stacks.map(
      (one): SummaryBlock => ({ kind: 'log', title: `${run.name}: ${one.name}`, lines: one.text.split('\n') }),
    ),
    ...(run.details.length > 0 && !inError
      ? [{ kind: 'log' as const, title: `${run.name}: last lines`, lines: run.details }]
      : []),
    ...run.serviceLogs
      .filter(({ lines }) => lines.length > 0)
      .map(
        ({ name, lines }): SummaryBlock => ({ kind: 'log', title: `${run.name}: service ${name}, last lines`, lines }),
      ),
  ];
}

function warnings(run: TestRun): Annotation[] {
  return run.warnings.map((message) => ({ level: 'warning', title: run.name, message }));
}
