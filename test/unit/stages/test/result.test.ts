import { describe, expect, it } from 'vitest';
import type { TestPlan } from '../../../../src/plan/test-plan.ts';
import { renderSummary } from '../../../../src/report/summary.ts';
import { Steps } from '../../../../src/stages/steps.ts';
import type { TestCase } from '../../../../src/stages/test/junit/report.ts';
import { testResult } from '../../../../src/stages/test/result.ts';
import type { TestRun } from '../../../../src/stages/test/test-run.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { StepClock } from '../../../support/step-clock.ts';

const PLAN = { images: { web: 'web' }, skipped: [], reportsDir: '/tmp/reports' } as unknown as TestPlan;

const failure = (name: string): TestCase => ({
  ...{
    suite: 'cart',
    name,
    status: 'failed',
    message: `${name} expected 3`,
    text: '',
    file: undefined,
    line: undefined,
  },
});

function run(name: string, cases: number, more: Partial<TestRun> = {}): TestRun {
  const failed = Array.from({ length: cases }, (_, index) => failure(`${name}-case-${index}`));
  return {
    ...{
      name,
      image: 'web',
      target: undefined,
      passed: false,
      hash: 'h',
      reason: `${cases} of 90 tests failed`,
      failed,
      flaky: [],
      details: [],
      remedy: undefined,
    },
    ...{ counts: { passed: 90 - cases, failed: cases, skipped: 0 }, warnings: [], annotations: [], serviceLogs: [] },
    ...{ report: undefined, ms: 1_000, ...more },
  };
}

const summaryOf = (...runs: TestRun[]) =>
  renderSummary({ results: [testResult(PLAN, runs, new Steps(memoryLog(), new StepClock()))], skipped: [] });

const count = (text: string, part: string) => text.split(part).length - 1;

describe('F20: the summary of a failed test', () => {
  it('holds the reason and each case once', () => {
    const summary = summaryOf(run('unit', 2));
    expect(count(summary, '2 of 90 tests failed')).toBe(1);
    for (const name of ['unit-case-0', 'unit-case-1']) expect(count(summary, `${name} expected 3`)).toBe(1);
  });

  it('holds each of several tests once', () => {
    const summary = summaryOf(run('unit', 2), run('smoke', 0, { reason: 'the command ended with exit code 1' }));
    expect(count(summary, 'unit: 2 of 90 tests failed')).toBe(1);
    expect(count(summary, 'the command ended with exit code 1')).toBe(1);
    expect(count(summary, 'unit-case-1 expected 3')).toBe(1);
  });

  it('has a table where there are more cases than the error lists', () => {
    expect(count(summaryOf(run('unit', 40)), 'unit-case-39 expected 3')).toBe(1);
  });
});
