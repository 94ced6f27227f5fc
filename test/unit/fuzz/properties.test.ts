import fc from 'fast-check';
import { describe, it } from 'vitest';
import { properties as manifests } from '../../fuzz/manifests.ts';
import { properties as slipwayYml } from '../../fuzz/slipway-yml.ts';

describe('X-3 hb-26: files of users, mutated', () => {
  it.each([...slipwayYml, ...manifests])('$name', async ({ property }) => {
    await fc.assert(property, { numRuns: 150 });
  });
});
