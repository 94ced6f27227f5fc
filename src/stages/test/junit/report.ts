/** The result of a test case. `flaky`: it failed at first, and passed in a later run. */
export type CaseStatus = 'passed' | 'failed' | 'skipped' | 'flaky';

/** The name of a case that its report does not name. */
export const NAMELESS = '(no name)';

export interface TestCase {
  /** Suite or class, as the report names it; may be empty. */
  suite: string;
  name: string;
  status: CaseStatus;
  /** Of a failure: the line that says why. Of a skipped case: the reason. At most about 1 kB. */
  message: string;
  /** Of a failure: its text, usually with the stack. At most about 16 kB. */
  text: string;
  /** As the report's attributes give them. */
  file: string | undefined;
  line: number | undefined;
  /**
   * `once`: the tool names each case once, so an entry of the same name is a further attempt, whatever became of the first.
   * `freely`: cases share names, and the tool writes no attempts.
   */
  named?: 'once' | 'freely';
  /** Number of the suite that holds it in its file; the attempts of a case stand in one suite. */
  within?: number;
}

/** Numbers of test cases. A flaky case is a passed one. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export function countCases(cases: readonly TestCase[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status } of cases) counts[status === 'flaky' ? 'passed' : status]++;
  return counts;
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** The name of a case for people: suite › name. */
export function caseTitle({ suite, name }: Pick<TestCase, 'suite' | 'name'>): string {
  return [suite, name].filter(Boolean).join(' › ');
}
