/** How one test case ended. */
export type CaseStatus = 'passed' | 'failed' | 'skipped';

export interface TestCase {
  /** Suite or class, as the report names it; may be empty. */
  suite: string;
  name: string;
  status: CaseStatus;
  /** Seconds; 0 where the report has none. */
  seconds: number;
  /** Of a failure: its first line. Of a skipped case: the reason. */
  message: string;
  /** Of a failure: its text, usually with the stack. */
  text: string;
  /** As the report's attributes give them. */
  file: string | undefined;
  line: number | undefined;
}

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export function countCases(cases: readonly TestCase[]): Counts {
  const of = (status: CaseStatus) => cases.filter((one) => one.status === status).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}
