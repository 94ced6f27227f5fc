import { describe, expect, it } from 'vitest';
import { checkProperty, loadProperties } from '../../scripts/fuzz/properties.ts';

/** A short version of `npm run fuzz`, with the same seed each time: a failure is a change of the code. */
describe('the properties that are fuzzed', async () => {
  it.each(await loadProperties())('hold: $name', async (property) => {
    const { problem, runs } = await checkProperty(property, { seed: 42, numRuns: 25, ms: 8_000 });
    expect(problem).toBeUndefined();
    expect(runs).toBeGreaterThan(0);
  });
});
