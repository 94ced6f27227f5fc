import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkProperty } from '../../../scripts/fuzz/properties.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const turn = { seed: 1, numRuns: 10, ms: 20 };

describe('a property in a turn of the fuzzer', () => {
  it('that holds, and is slower than its turn, has no counterexample', async () => {
    const property = fc.asyncProperty(fc.integer(), () => pause(100));
    expect(await checkProperty({ name: 'slow', property }, turn)).toEqual({ runs: 1, problem: undefined });
  });

  it('that does not hold is told with its seed, also where it is slower than its turn', async () => {
    const property = fc.asyncProperty(fc.integer(), async () => {
      await pause(100);
      throw new Error('does not hold');
    });
    const { problem } = await checkProperty({ name: 'broken', property }, turn);
    expect(problem).toMatch(/^broken: .*does not hold[\s\S]*seed 1, path /);
  });

  it('that holds counts its runs', async () => {
    const property = fc.asyncProperty(fc.integer(), async () => undefined);
    expect(await checkProperty({ name: 'quick', property }, { ...turn, ms: 5_000 })).toEqual({
      runs: 10,
      problem: undefined,
    });
  });
});
