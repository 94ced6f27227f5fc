import { describe, expect, it } from 'vitest';
import { failuresOf } from '../../../scripts/test/failures.ts';
import { table } from '../../../scripts/test/outcome.ts';

const file = (assertionResults: { fullName: string; status: string; failureMessages?: string[] }[], message = '') => ({
  name: '/repo/test/contract/a.test.ts',
  status: 'failed',
  message,
  assertionResults,
});

describe('what failed is told at the end', () => {
  it('a test with its file, its name and why', () => {
    const files = [
      file([
        { fullName: 'ends well', status: 'passed' },
        { fullName: 'ends badly', status: 'failed', failureMessages: ['expected 1 to be 2\n  at line'] },
      ]),
    ];
    expect(failuresOf(files, '/repo')).toEqual([
      '✗ test/contract/a.test.ts > ends badly\n    expected 1 to be 2\n      at line',
    ]);
  });

  it('a file that failed before any of its tests', () => {
    const skipped = { fullName: 'never ran', status: 'skipped' };
    expect(failuresOf([file([skipped], 'no cluster')], '/repo')).toEqual(['✗ test/contract/a.test.ts\n    no cluster']);
  });

  it('no more than the first lines, above the table', () => {
    const long = Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n');
    const test = { fullName: 'is long', status: 'failed', failureMessages: [long] };
    const failures = failuresOf([file([test])], '/repo');
    expect(failures[0]).toContain('… 18 more lines above');
    const shown = table([{ suite: 'contract', state: 'failed', ms: 5, passed: 0, failed: 1, skipped: 0, failures }]);
    expect(shown.indexOf('is long')).toBeLessThan(shown.indexOf('contract   failed'));
  });
});
