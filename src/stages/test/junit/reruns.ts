import type { TestCase } from './report.ts';

/**
 * Joins the runs of a repeated case (gotestsum, Gradle's test-retry): the report holds one entry per run, in their order. The
 * last run decides; a case that failed and then passed is flaky. Entries of one name without a failure are different cases,
 * such as those of a parameterised test.
 * @param cases of one file: another file may belong to another module, or another version of the language
 */
export function joinReruns(cases: readonly TestCase[]): TestCase[] {
  const rerun = new Map<string, TestCase>();
  for (const one of cases) if (one.status === 'failed') rerun.set(idOf(one), one);
  if (rerun.size === 0) return [...cases];
  const last = new Map<string, TestCase>();
  for (const one of cases) if (rerun.has(idOf(one)) && one.status !== 'skipped') last.set(idOf(one), one);
  const joined: TestCase[] = [];
  for (const one of cases) {
    const id = idOf(one);
    const failed = rerun.get(id);
    if (failed === undefined || one.status === 'skipped') joined.push(one);
    else if (last.get(id) === one) joined.push(one.status === 'failed' ? one : { ...failed, status: 'flaky' });
  }
  return joined;
}

function idOf({ suite, name, file }: TestCase): string {
  return JSON.stringify([suite, name, file]);
}
