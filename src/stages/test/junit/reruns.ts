import { NAMELESS, type TestCase } from './report.ts';

/**
 * Joins the runs of a repeated case (gotestsum, Gradle's test-retry, pytest-rerunfailures): the report holds one entry per run,
 * in their order and in one suite. The last run decides; a case that was run again and passed is flaky. Entries of one name without
 * a failure are different cases, such as those of a parameterised test, unless the tool names each case once: it leaves out why it
 * repeats one. Cases without a name, and of tools that write no attempts, are never joined: a failure must not hide.
 * @param cases of one file: another file may belong to another module, or another version of the language
 */
export function joinReruns(cases: readonly TestCase[]): TestCase[] {
  const repeated = repeatedOf(cases);
  if (repeated.size === 0) return [...cases];
  const last = new Map<string, TestCase>();
  for (const one of cases) if (mayRepeat(one) && repeated.has(idOf(one))) last.set(idOf(one), one);
  const joined: TestCase[] = [];
  for (const one of cases) {
    const id = idOf(one);
    const earlier = repeated.get(id);
    if (earlier === undefined || !mayRepeat(one)) joined.push(one);
    else if (last.get(id) === one) joined.push(one.status === 'failed' ? one : { ...earlier, status: 'flaky' });
  }
  return joined;
}

/** The cases with several runs, or a failed one: by id the last failed run, otherwise the first run. */
function repeatedOf(cases: readonly TestCase[]): Map<string, TestCase> {
  const repeated = new Map<string, TestCase>();
  const once = new Map<string, TestCase>();
  for (const one of cases.filter(mayRepeat)) {
    const id = idOf(one);
    if (one.status === 'failed') repeated.set(id, one);
    if (one.named !== 'once') continue;
    const first = once.get(id);
    if (first === undefined) once.set(id, one);
    else if (!repeated.has(id)) repeated.set(id, first);
  }
  return repeated;
}

function mayRepeat({ status, named, name }: TestCase): boolean {
  return status !== 'skipped' && named !== 'freely' && name !== '' && name !== NAMELESS;
}

function idOf({ suite, name, file, within }: TestCase): string {
  return JSON.stringify([suite, name, file, within]);
}
