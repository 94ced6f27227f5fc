import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { annotationsOf } from '../../../src/report/annotations.ts';
import type { Annotation, StageResult } from '../../../src/stage-result.ts';

const result = (annotations: Annotation[], error?: UserError): StageResult => ({
  stage: 'run-tests',
  outcome: error ? 'failed' : 'succeeded',
  headline: 'h',
  outputs: {},
  steps: [],
  ms: 1,
  blocks: [],
  annotations,
  ...(error ? { error } : {}),
});
const warnings = (count: number): Annotation[] =>
  Array.from({ length: count }, (_, i) => ({ level: 'warning' as const, message: `w${i}` }));

describe('annotations', () => {
  it('begin with the error, at its place in the file, with what to do', () => {
    const error = new UserError('slipway.yml:3:5: unknown key "prot"', {
      location: { file: 'slipway.yml', line: 3, column: 5 },
      details: ['slipway.yml:9:1: unknown key "x"'],
      remedy: 'Correct the file.',
    });
    expect(
      annotationsOf([result([{ level: 'error', message: 'test_a failed', file: 'tests/a.py', line: 9 }], error)]),
    ).toEqual([
      {
        level: 'error',
        title: 'run-tests',
        file: 'slipway.yml',
        line: 3,
        message: 'slipway.yml:3:5: unknown key "prot"\n  slipway.yml:9:1: unknown key "x"\n  Correct the file.',
      },
      { level: 'error', message: 'test_a failed', file: 'tests/a.py', line: 9 },
    ]);
  });

  it.each([
    [10, 10, 'w9'],
    [11, 10, '2 more of these are in the job summary and in the log'],
    [40, 10, '31 more of these are in the job summary and in the log'],
  ])('of %i warnings, %i are given to GitHub, which keeps ten', (count, given, last) => {
    const list = annotationsOf([result(warnings(count))]);
    expect(list).toHaveLength(given);
    expect(list.at(-1)).toEqual({ level: 'warning', message: last });
  });

  it('keep what was done, and the last lines of a log, which tell its reason', () => {
    const details = ['rolled back', ...Array.from({ length: 20 }, (_, i) => `line ${i}`), 'KeyError: PAYMENTS_KEY'];
    const [only] = annotationsOf([result([], new UserError('it crashes', { details, remedy: 'Correct it.' }))]);
    const lines = only?.message.split('\n').map((line) => line.trim()) ?? [];
    expect(lines.slice(0, 2)).toEqual(['it crashes', 'rolled back']);
    expect(lines).toContain('… 10 more lines in the log …');
    expect(lines.slice(-2)).toEqual(['KeyError: PAYMENTS_KEY', 'Correct it.']);
    expect(lines).toHaveLength(15);
  });

  it('count each level by itself', () => {
    const list = annotationsOf([result([...warnings(11), { level: 'notice', message: 'n' }])]);
    expect(list.filter(({ level }) => level === 'notice')).toHaveLength(1);
  });

  it('cannot command the runner, and fit into its limit', () => {
    const hostile: Annotation = { level: 'notice', message: '::set-output name=a::b\n##[error]x', title: 'a\nb' };
    const [first] = annotationsOf([result([hostile])]);
    expect(first?.message.split('\n').every((line) => !/^\s*::|##\[/.test(line))).toBe(true);
    expect(first?.title).toBe('a b');
    const [long] = annotationsOf([result([{ level: 'notice', message: 'x'.repeat(9_000) }])]);
    expect(long?.message.length).toBeLessThan(4_096);
  });
});
