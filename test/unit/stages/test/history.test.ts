import { describe, expect, it } from 'vitest';
import type { TestPlan } from '../../../../src/plan/test-plan.ts';
import { renderSummary } from '../../../../src/report/summary.ts';
import { Steps } from '../../../../src/stages/steps.ts';
import { comparedRun } from '../../../../src/stages/test/history/compare.ts';
import { keepRun, lastRun } from '../../../../src/stages/test/history/file.ts';
import { historyOf, readHistory } from '../../../../src/stages/test/history/history.ts';
import type { TestCase } from '../../../../src/stages/test/junit/report.ts';
import { testResult } from '../../../../src/stages/test/result.ts';
import type { TestRun } from '../../../../src/stages/test/test-run.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { StepClock } from '../../../support/step-clock.ts';
import { MemoryFiles } from '../../../support/unit/memory-files.ts';

const aCase = (name: string, status: TestCase['status'] = 'failed'): TestCase => ({
  ...{ suite: 'cart', name, status, message: `${name} is wrong`, text: '', file: 'cart.py', line: 7 },
});

function run(failed: string[], more: Partial<TestRun> = {}): TestRun {
  return {
    ...{ name: 'unit', image: 'web', target: undefined, passed: failed.length === 0, hash: 'h', reason: 'failed' },
    ...{ counts: { passed: 9, failed: failed.length, skipped: 0 }, flaky: [], details: [], remedy: undefined },
    failed: failed.map((name) => aCase(name)),
    annotations: failed.map((name) => ({ level: 'error', title: name, message: name })),
    ...{ warnings: [], serviceLogs: [], report: undefined, ms: 1, ...more },
  };
}

const about = { commit: '0123456789abcdef', run: 'https://github.example.com/runs/1' };
const keptBy = (...runs: TestRun[]) => historyOf(runs, about, undefined);
const PLAN = { images: { web: 'web' }, skipped: [], reportsDir: '/tmp/reports' } as unknown as TestPlan;
const summaryOf = (...runs: TestRun[]) =>
  renderSummary({ results: [testResult(PLAN, runs, new Steps(memoryLog(), new StepClock()))], skipped: [] });

describe('the results of the last run of a branch', () => {
  it('put new failures first, in the error, the table and the annotations, and name what no longer fails', () => {
    const last = readHistory(JSON.stringify(keptBy(run(['b', 'gone']))));
    const now = comparedRun(run(['a', 'b', 'c']), last);
    expect(now.failed.map(({ name }) => name)).toEqual(['a', 'c', 'b']);
    expect(now.annotations.map(({ title }) => title)).toEqual(['a', 'c', 'b']);
    expect(now.since?.fixed).toEqual(['cart › gone']);
    const summary = summaryOf(now);
    expect(summary).toContain('new: cart › a: a is wrong');
    expect(summary).toContain('new: cart › c: c is wrong');
    expect(summary).not.toContain('new: cart › b');
    expect(summary).toMatch(/\| unit \| 2 \| 1 \| 1: cart › gone \|/);
    expect(summary).toContain('0123456789ab');
  });

  it('are by case and not by line: a case that moved in its file is the same', () => {
    const moved = { ...run([]), passed: false, failed: [{ ...aCase('b'), line: 90, message: 'other' }] };
    expect(comparedRun(moved, keptBy(run(['b']))).since?.fresh.size).toBe(0);
  });

  it('say nothing where they do not know: another suite, more failures than are kept, a suite that ended early', () => {
    const other = keptBy(run(['b'], { name: 'smoke' }));
    expect(comparedRun(run(['a']), other).since).toBeUndefined();
    expect(comparedRun(run(['a'], { name: 'constructor' }), other).since).toBeUndefined();
    const many = keptBy(run(Array.from({ length: 5_001 }, (_, index) => `case ${index}`)));
    expect(comparedRun(run(['a']), many).since?.fresh.size).toBe(0);
    const timeout = keptBy(run([], { passed: false }));
    expect(comparedRun(run(['a']), timeout).since?.fresh.size).toBe(0);
    // This run did not get to its cases, so that nothing is known to be fixed.
    expect(comparedRun(run([], { passed: false }), keptBy(run(['b']))).since?.fixed).toEqual([]);
  });

  it('keep those of a suite that does not run now', () => {
    const before = keptBy(run(['b']), run(['x'], { name: 'smoke' }));
    const kept = historyOf([run([])], { ...about, commit: 'next' }, before);
    expect(kept.suites.unit?.failed).toEqual([]);
    expect(kept.suites.smoke?.failed).toHaveLength(1);
    // And they are still those of their own run, in every run after.
    const later = readHistory(JSON.stringify(historyOf([run([])], { ...about, commit: 'later' }, kept)));
    expect(comparedRun(run(['x'], { name: 'smoke' }), later).since?.commit).toBe(about.commit);
    expect(comparedRun(run(['b']), later).since?.commit).toBe('later');
    const summary = summaryOf(comparedRun(run(['x'], { name: 'smoke' }), later), comparedRun(run(['b']), later));
    expect(summary).toContain('Since 0123456789ab (');
    expect(summary).toContain('Since later (');
  });

  it('are read from a file, and replaced by those of this run', async () => {
    const files = new MemoryFiles();
    const log = memoryLog();
    const plan = { historyFile: '/h/tests.json', sha: 'abc', runUrl: 'u' };
    expect(await lastRun(plan, { files, log })).toBeUndefined();
    await keepRun(plan, [run(['a'])], undefined, { files, log });
    expect((await lastRun(plan, { files, log }))?.suites.unit?.failed).toMatchObject([{ title: 'cart › a' }]);
    expect(log.lines.join()).toContain('/h/tests.json does not exist');
  });

  it.each(['{', '{}', '{"version":1,"commit":"c","run":"r","suites":{"unit":{"failed":[1]}}}', 'null'])(
    'that are %s decide nothing, with a warning',
    async (text) => {
      const files = new MemoryFiles();
      await files.write('/h/tests.json', text);
      const log = memoryLog();
      expect(await lastRun({ historyFile: '/h/tests.json', sha: '', runUrl: '' }, { files, log })).toBeUndefined();
      expect(log.lines.join()).toContain('warning: The results of the last run cannot be read');
    },
  );
});

describe('the summary of tests', () => {
  it('tells flaky cases apart from failures, with why they failed at first', () => {
    const summary = summaryOf(run([], { flaky: [aCase('sometimes', 'flaky')] }));
    expect(summary).toContain('Flaky: failed at first, then passed');
    expect(summary).toMatch(/\| unit \| cart › sometimes \| sometimes is wrong \|/);
  });

  it('shows the coverage, and its change since the last run', () => {
    const coverage = { lines: { percent: 81.25, covered: 13, valid: 16 }, branches: { percent: 50 } };
    const before = keptBy(run([], { coverage: { lines: { percent: 80 }, branches: { percent: 50 } } }));
    expect(summaryOf(run([], { coverage }))).toMatch(/\| unit \| 81.3 % \(13 of 16\) \| 50.0 % \|/);
    expect(summaryOf(comparedRun(run([], { coverage }), before))).toMatch(/\| 81.3 % \(13 of 16\), \+1.3 \| 50.0 % \|/);
  });
});
