import { type SlipwayError, TestsFailed } from '../../errors.ts';
import type { TestPlan } from '../../plan/test-plan.ts';
import type { Annotation, StageResult, SummaryBlock } from '../../stage-result.ts';
import { humanDuration } from '../../text/duration.ts';
import type { Steps } from '../steps.ts';
import { addCounts } from './junit/report.ts';
import type { TestRun } from './test-run.ts';

const MOST_FAILURES = 50;

/** What run-tests answers. */
export function testResult(plan: TestPlan, runs: readonly TestRun[], steps: Steps): StageResult {
  const total = addCounts(runs.map((run) => run.counts));
  const failed = runs.filter((run) => !run.passed);
  const report = runs.some((run) => run.report !== undefined) ? plan.reportsDir : '';
  return {
    stage: 'run-tests',
    outcome: failed.length > 0 ? 'failed' : 'succeeded',
    headline: headline(runs, failed, total),
    outputs: { passed: String(total.passed), failed: String(total.failed), skipped: String(total.skipped), report },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [...overview(plan, runs), ...failures(runs), ...failed.flatMap(logs)],
    annotations: [...runs.flatMap((run) => run.annotations), ...runs.flatMap(warnings)],
    ...(failed.length > 0 ? { error: errorOf(failed) } : {}),
  };
}

function headline(runs: readonly TestRun[], failed: readonly TestRun[], total: { passed: number; skipped: number }) {
  if (runs.length === 0) return 'There was no test to run';
  if (failed.length > 0) return failed.map((run) => `${run.name}: ${run.reason}`).join('; ');
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  return `${total.passed} tests passed${skipped}`;
}

/** One test that failed speaks for itself; of several each is one line. */
function errorOf(failed: readonly TestRun[]): SlipwayError {
  const [first] = failed;
  const own = failed.length === 1 ? first : undefined;
  const message = own ? `${own.name}: ${own.reason}` : `${failed.map((run) => run.name).join(', ')} failed`;
  const details = failed.flatMap((run) => [
    ...(own ? [] : [`${run.name}: ${run.reason}`]),
    ...run.failed.slice(0, 10).map((one) => `${[one.suite, one.name].filter(Boolean).join(' › ')}: ${one.message}`),
    ...run.details,
  ]);
  const remedy =
    own?.remedy ?? 'Nothing was pushed or deployed. The failures stand in the summary, the output in the log.';
  return new TestsFailed(message, { details, remedy });
}

function overview(plan: TestPlan, runs: readonly TestRun[]): SummaryBlock[] {
  const ran = runs.map((run) => [
    run.name,
    run.passed ? 'passed' : run.reason,
    String(run.counts.passed),
    String(run.counts.failed),
    String(run.counts.skipped),
    humanDuration(run.ms),
  ]);
  const not = plan.skipped.map(({ name, reason }) => [name, `not run: ${reason}`, '', '', '', '']);
  if (ran.length + not.length === 0) return [];
  return [{ kind: 'table', header: ['test', 'result', 'passed', 'failed', 'skipped', 'time'], rows: [...ran, ...not] }];
}

function failures(runs: readonly TestRun[]): SummaryBlock[] {
  const all = runs.flatMap((run) => run.failed.map((one) => [run.name, one.suite, one.name, one.message]));
  if (all.length === 0) return [];
  const rows = all.slice(0, MOST_FAILURES);
  const rest = all.length - rows.length;
  const title = rest > 0 ? `Failures (${rest} more in the report)` : 'Failures';
  return [{ kind: 'table', title, header: ['test', 'suite', 'case', 'message'], rows }];
}

/** The end of what the test itself said, then of what its services did. */
function logs(run: TestRun): SummaryBlock[] {
  const stacks = run.failed.slice(0, 10).filter((one) => one.text !== '');
  return [
    ...stacks.map(
      (one): SummaryBlock => ({ kind: 'log', title: `${run.name}: ${one.name}`, lines: one.text.split('\n') }),
    ),
    ...(run.details.length > 0 ? [{ kind: 'log' as const, title: `${run.name}: last lines`, lines: run.details }] : []),
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
