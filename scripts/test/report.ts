import { type FileResult, failuresOf, type Report } from './failures.ts';
import type { SuiteResult } from './outcome.ts';

/**
 * What one run of vitest says of each suite (a folder below test/).
 * @param report undefined where it wrote none
 * @param code its exit code
 * @param root folder of the repository
 */
export function suiteResults(
  suites: readonly string[],
  report: Report | undefined,
  code: number,
  root: string,
): SuiteResult[] {
  const results = suites.map((suite) => resultOf(suite, report, root));
  const [first, ...others] = results;
  if (code === 0 || !first || results.some(({ state }) => state === 'failed')) return results;
  const note = 'an error outside of any test: see "Unhandled Errors" above';
  return [{ ...first, state: 'failed', failed: 1, note }, ...others];
}

function resultOf(suite: string, report: Report | undefined, root: string): SuiteResult {
  const files = (report?.testResults ?? []).filter(({ name }) => name.startsWith(`${root}/test/${suite}/`));
  const statuses = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
  const [passed, failed] = [count('passed'), count('failed')];
  const note = report === undefined ? 'vitest wrote no report' : passed + failed === 0 ? 'no test ran' : undefined;
  const bad = note !== undefined || files.some(({ status }) => status === 'failed');
  return {
    suite,
    state: bad ? 'failed' : 'passed',
    ms: durationOf(files),
    passed,
    failed: bad ? Math.max(failed, 1) : failed,
    skipped: statuses.length - passed - failed,
    failures: failuresOf(files, root),
    ...(note ? { note } : {}),
  };
}

/** From the start of the first to the end of the last. */
function durationOf(files: readonly FileResult[]): number {
  const starts = files.flatMap(({ startTime }) => startTime ?? []);
  const ends = files.flatMap(({ endTime }) => endTime ?? []);
  return starts.length === 0 ? 0 : Math.max(0, Math.max(...ends) - Math.min(...starts));
}
