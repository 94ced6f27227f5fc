import type { Collected } from './junit/collect.ts';
import { type Counts, caseTitle, type TestCase } from './junit/report.ts';

/** The facts after a test's command has ended. */
export interface Evidence {
  exitCode: number;
  oomKilled: boolean;
  /** Configured path of the report; undefined without one. */
  report: string | undefined;
  /** undefined: the test did not write the configured report. */
  collected: Collected | undefined;
}

export interface TestVerdict {
  passed: boolean;
  /** One sentence for a test that did not pass. */
  reason: string;
  /** Test cases of the report; undefined without a readable report. */
  counts: Counts | undefined;
  failed: TestCase[];
  flaky: TestCase[];
  /** Lines with the reason, when the cases do not show it. */
  details: string[];
  remedy: string | undefined;
  /** Oddities that do not decide. */
  warnings: string[];
}

const MOST_FLAKY = 10;

/**
 * Judges a test. It passes when its command ends with 0, no case of its report failed, and every file of its report is readable.
 * Without the report, the exit code alone decides, with a warning.
 */
export function judgeTest(evidence: Evidence): TestVerdict {
  const { exitCode, collected } = evidence;
  const usable = collected !== undefined && collected.files > 0;
  const failed = collected?.failed ?? [];
  const unread = collected?.unread ?? [];
  const passed = exitCode === 0 && failed.length === 0 && unread.length === 0;
  return {
    passed,
    reason: passed ? '' : reasonOf(evidence, usable),
    counts: usable ? collected.counts : undefined,
    failed,
    flaky: collected?.flaky ?? [],
    details: unread,
    remedy: remedyOf(evidence, passed),
    warnings: warningsOf(evidence, usable),
  };
}

function remedyOf({ exitCode, collected }: Evidence, passed: boolean): string | undefined {
  if (passed || (collected?.failed.length ?? 0) > 0) return undefined;
  if (exitCode === 127) return NOT_FOUND;
  return exitCode === 0 ? UNREAD : undefined;
}

const NOT_FOUND =
  'The test runs inside the image. If the image that is deployed holds no test tools, name a stage of the Dockerfile that does by `target` of the test, or install them in the image. Nothing was pushed or deployed.';

const UNREAD =
  'A report that cannot be read may hold failures. Let the test write JUnit XML, or take `report` out of slipway.yml: then the exit code alone decides.';

function warningsOf({ report, collected }: Evidence, usable: boolean): string[] {
  const warnings = [...(collected?.notes ?? [])];
  const none = collected === undefined || (collected.files === 0 && collected.unread.length === 0);
  if (report !== undefined && none) warnings.push(`no report was written to ${report}`);
  if (!usable || collected === undefined) return warnings;
  const { counts, flaky } = collected;
  if (counts.passed + counts.failed + counts.skipped === 0) warnings.push(`the report ${report} holds no test case`);
  if (flaky.length > 0) warnings.push(flakyWarning(flaky));
  return warnings;
}

function flakyWarning(flaky: readonly TestCase[]): string {
  const names = flaky.slice(0, MOST_FLAKY).map((one) => `${caseTitle(one)}${one.message ? ` (${one.message})` : ''}`);
  const rest = flaky.length > names.length ? `, and ${flaky.length - names.length} more` : '';
  return `${flaky.length} flaky: failed at first, then passed: ${names.join(', ')}${rest}`;
}

function reasonOf({ exitCode, oomKilled, report, collected }: Evidence, usable: boolean): string {
  if (oomKilled) return 'the container was killed: out of memory';
  if (usable && collected && collected.counts.failed > 0) {
    const { passed, failed, skipped } = collected.counts;
    const ended = exitCode === 0 ? ', although its command ended with 0' : '';
    return `${failed} of ${passed + failed + skipped} tests failed${ended}`;
  }
  const unread = (collected?.unread.length ?? 0) > 0;
  if (exitCode === 0) return `its report ${report} cannot be read`;
  const ended = `the command ended with exit code ${exitCode}${meaning(exitCode)}`;
  if (unread) return `${ended}, and its report ${report} cannot be read`;
  const flaky = collected?.flaky.length ?? 0;
  if (flaky > 0) return `${ended}; no test of the report failed in the end, and ${flaky} failed at first`;
  if (usable) return `${ended}, although no test of the report failed`;
  return report === undefined ? ended : `${ended} and wrote no report to ${report}`;
}

/** @see https://tldp.org/LDP/abs/html/exitcodes.html */
function meaning(exitCode: number): string {
  if (exitCode === 127) return ' (not found: is the program in the image?)';
  if (exitCode === 126) return ' (it cannot be executed)';
  if (exitCode === 137) return ' (killed)';
  return exitCode === 139 ? ' (it crashed: segmentation fault)' : '';
}
