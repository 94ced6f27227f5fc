import { describe, expect, it } from 'vitest';
import type { Collected } from '../../../../src/stages/test/junit/collect.ts';
import { countCases, type TestCase } from '../../../../src/stages/test/junit/report.ts';
import { type Evidence, judgeTest } from '../../../../src/stages/test/verdict.ts';

const one = (status: TestCase['status']): TestCase => ({
  suite: 's',
  name: 'n',
  status,
  message: 'why',
  text: '',
  file: undefined,
  line: undefined,
});
const report = (...statuses: TestCase['status'][]): Collected => ({
  files: 1,
  counts: countCases(statuses.map(one)),
  failed: statuses.filter((status) => status === 'failed').map(one),
  flaky: statuses.filter((status) => status === 'flaky').map(one),
  notes: [],
  unread: [],
});
const evidence = (overrides: Partial<Evidence>): Evidence => ({
  exitCode: 0,
  oomKilled: false,
  report: 'out/j.xml',
  collected: report('passed'),
  ...overrides,
});

describe('a test has passed', () => {
  it('when the command ended with 0 and no case failed', () => {
    const verdict = judgeTest(evidence({ collected: report('passed', 'passed', 'skipped') }));
    expect(verdict).toMatchObject({ passed: true, counts: { passed: 2, failed: 0, skipped: 1 }, warnings: [] });
  });

  it('F13: when the command ended with 0 without a report; no test case is counted', () => {
    const verdict = judgeTest(evidence({ report: undefined, collected: undefined }));
    expect(verdict).toMatchObject({ passed: true, counts: undefined, warnings: [] });
  });

  it('with a warning when the report that was promised is not there, or empty', () => {
    const missing = ['no report was written to out/j.xml'];
    expect(judgeTest(evidence({ collected: undefined }))).toMatchObject({ passed: true, warnings: missing });
    const stale = { ...report(), files: 0, notes: ['j.xml was in the image before the test ran'] };
    expect(judgeTest(evidence({ collected: stale }))).toMatchObject({
      passed: true,
      warnings: [...stale.notes, ...missing],
    });
    expect(judgeTest(evidence({ collected: report() })).warnings).toEqual(['the report out/j.xml holds no test case']);
  });

  it('hb-09: with a warning that names the flaky cases', () => {
    const { passed, warnings } = judgeTest(evidence({ collected: report('passed', 'flaky') }));
    expect([passed, warnings]).toEqual([true, ['1 flaky: failed at first, then passed: s › n (why)']]);
    expect(judgeTest(evidence({ collected: report(...Array<'flaky'>(12).fill('flaky')) })).warnings[0]).toMatch(
      /and 2 more$/,
    );
  });
});

describe('a test has failed', () => {
  it.each([
    ['cases failed', { exitCode: 1, collected: report('failed', 'passed') }, '1 of 2 tests failed'],
    [
      'cases failed, though the command says it is fine',
      { collected: report('failed') },
      '1 of 1 tests failed, although its command ended with 0',
    ],
    [
      'the command failed, though all cases passed',
      { exitCode: 2 },
      'the command ended with exit code 2, although no test of the report failed',
    ],
    [
      'the command failed, and cases of the report failed at first',
      { exitCode: 1, collected: report('flaky', 'passed') },
      'the command ended with exit code 1; no test of the report failed in the end, and 1 failed at first',
    ],
    [
      'the command failed before it wrote a report',
      { exitCode: 4, collected: undefined },
      'the command ended with exit code 4 and wrote no report to out/j.xml',
    ],
    [
      'the program is not in the image',
      { exitCode: 127, report: undefined, collected: undefined },
      'the command ended with exit code 127 (not found: is the program in the image?)',
    ],
    ['memory ran out', { exitCode: 137, oomKilled: true }, 'the container was killed: out of memory'],
  ])('when %s', (_what, overrides, reason) => {
    expect(judgeTest(evidence(overrides))).toMatchObject({ passed: false, reason });
  });

  it('SEC-8: when its report cannot be read, though its command ended with 0', () => {
    const unread = ['j.xml is larger than 64 MiB'];
    for (const collected of [
      { ...report(), files: 0, unread },
      { ...report('passed'), unread },
    ]) {
      const verdict = judgeTest(evidence({ collected }));
      expect(verdict).toMatchObject({ passed: false, reason: 'its report out/j.xml cannot be read', details: unread });
      expect(verdict.remedy).toContain('may hold failures');
      expect(verdict.warnings).toEqual([]);
    }
    const both = judgeTest(evidence({ exitCode: 1, collected: { ...report(), files: 0, unread } }));
    expect(both.reason).toBe('the command ended with exit code 1, and its report out/j.xml cannot be read');
  });
});
