import { describe, expect, it } from 'vitest';
import { noteOn } from '../../../scripts/test/run.ts';

describe('what a suite of npm test says beside its counts', () => {
  it.each([
    [0, { passed: 3, failed: 0 }, undefined],
    [1, { passed: 3, failed: 1 }, undefined],
    [1, { passed: 3, failed: 0 }, /outside of any test/],
    [0, { passed: 0, failed: 0 }, /no test ran/],
    [0, undefined, /no report/],
  ] as const)('exit code %i, %j', (code, counts, told) => {
    const note = noteOn(code, counts);
    if (told) expect(note).toMatch(told);
    else expect(note).toBeUndefined();
  });
});
