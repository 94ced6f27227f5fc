import type { Collected } from './junit/collect.ts';
import { type Counts, countCases, type TestCase } from './junit/report.ts';

/** What is known when a test's command has ended. */
export interface Evidence {
  exitCode: number;
  oomKilled: boolean;
  /** Path of the report as configured; undefined: there is none. */
  report: string | undefined;
  /** undefined: the configured report was not written. */
  collected: Collected | undefined;
  /** Milliseconds. */
  ms: number;
}

export interface Verdict {
  passed: boolean;
  /** One sentence when it did not pass. */
  reason: string;
  counts: Counts;
  cases: TestCase[];
  /** Things that are odd though they decide nothing. */
  warnings: string[];
}

/**
 * A test has passed when its command ended with 0 and no case of its report failed: neither alone is enough. Without a
 * readable report the command counts as one case.
 */
export function judge(name: string, evidence: Evidence): Verdict {
  const { exitCode, collected, report } = evidence;
  const usable = collected !== undefined && collected.files > 0;
  const cases = usable ? collected.cases : [commandCase(name, evidence)];
  const counts = countCases(cases);
  const passed = exitCode === 0 && counts.failed === 0;
  const warnings = [...(collected?.problems ?? [])];
  if (report !== undefined && collected === undefined) warnings.push(`no report was written to ${report}`);
  if (usable && cases.length === 0) warnings.push(`the report ${report} holds no test case`);
  return { passed, reason: passed ? '' : reasonOf(evidence, counts, usable), counts, cases, warnings };
}

function reasonOf({ exitCode, oomKilled, report, collected }: Evidence, counts: Counts, usable: boolean): string {
  if (oomKilled) return 'the container was killed: out of memory';
  const total = counts.passed + counts.failed + counts.skipped;
  if (usable && counts.failed > 0) {
    const ended = exitCode === 0 ? ', although its command ended with 0' : '';
    return `${counts.failed} of ${total} tests failed${ended}`;
  }
  const ended = `the command ended with exit code ${exitCode}${meaning(exitCode)}`;
  if (usable) return `${ended}, although no test of the report failed`;
  return report !== undefined && collected === undefined ? `${ended} and wrote no report to ${report}` : ended;
}

/** @see https://tldp.org/LDP/abs/html/exitcodes.html */
function meaning(exitCode: number): string {
  if (exitCode === 127) return ' (not found: is the program in the image?)';
  if (exitCode === 126) return ' (it cannot be executed)';
  if (exitCode === 137) return ' (killed)';
  return exitCode === 139 ? ' (it crashed: segmentation fault)' : '';
}

/** The command itself as the one case of a test without a report. */
function commandCase(name: string, { exitCode, ms }: Evidence): TestCase {
  const failed = exitCode !== 0;
  return {
    suite: '',
    name,
    status: failed ? 'failed' : 'passed',
    seconds: ms / 1_000,
    message: failed ? `exit code ${exitCode}${meaning(exitCode)}` : '',
    text: '',
    file: undefined,
    line: undefined,
  };
}
