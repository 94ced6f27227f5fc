import { describe, expect, it } from 'vitest';
import type { TestCase } from '../../../../src/stages/test/junit/report.ts';
import { type Evidence, judge } from '../../../../src/stages/test/verdict.ts';

const one = (status: TestCase['status']): TestCase => ({
  suite: 's',
  name: 'n',
  status,
  seconds: 0,
  message: '',
  text: '',
  file: undefined,
  line: undefined,
});
const report = (...statuses: TestCase['status'][]) => ({ files: 1, cases: statuses.map(one), problems: [] });
const evidence = (overrides: Partial<Evidence>): Evidence => ({
  exitCode: 0,
  oomKilled: false,
  report: 'out/j.xml',
  collected: report('passed'),
  ms: 1_000,
  ...overrides,
});

describe('a test has passed', () => {
  it('when the command ended with 0 and no case failed', () => {
    const verdict = judge('unit', evidence({ collected: report('passed', 'passed', 'skipped') }));
    expect(verdict).toMatchObject({ passed: true, counts: { passed: 2, failed: 0, skipped: 1 }, warnings: [] });
  });

  it('when the command ended with 0 and there is no report to look at', () => {
    const verdict = judge('lint', evidence({ report: undefined, collected: undefined }));
    expect(verdict).toMatchObject({ passed: true, counts: { passed: 1, failed: 0, skipped: 0 }, warnings: [] });
  });

  it('with a warning when the report that was promised is not there, not JUnit, or empty', () => {
    expect(judge('unit', evidence({ collected: undefined }))).toMatchObject({
      passed: true,
      warnings: ['no report was written to out/j.xml'],
    });
    const broken = { files: 0, cases: [], problems: ['j.xml is not a JUnit report: it is empty'] };
    expect(judge('unit', evidence({ collected: broken })).warnings).toEqual(broken.problems);
    expect(judge('unit', evidence({ collected: report() })).warnings).toEqual([
      'the report out/j.xml holds no test case',
    ]);
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
    expect(judge('unit', evidence(overrides))).toMatchObject({ passed: false, reason });
  });

  it('counts as one failed case without a report', () => {
    const verdict = judge('unit', evidence({ exitCode: 1, report: undefined, collected: undefined }));
    expect(verdict.counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(verdict.cases[0]).toMatchObject({ name: 'unit', message: 'exit code 1' });
  });
});
