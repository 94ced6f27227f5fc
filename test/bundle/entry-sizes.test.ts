import { expect, it } from 'vitest';
import { entrySizes, grown, recordedSizes } from '../../scripts/entry-sizes.ts';
import { ACTIONS } from '../../src/stage-result.ts';

it('what each action loads at its start has not grown by a tenth', async () => {
  const sizes = await entrySizes();
  expect(Object.keys(sizes)).toEqual([...ACTIONS]);
  expect(grown(sizes, recordedSizes())).toEqual([]);
});

it('a size that grew, and one that is not recorded, are findings', () => {
  expect(grown({ a: 1_100_000, b: 1_200_000, c: 5 }, { a: 1_000_000, b: 1_000_000 })).toEqual([
    expect.stringMatching(/^b loads 1200 kB at its start, and was 1000 kB: /),
    expect.stringMatching(/^c loads 0 kB at its start, and is not recorded: /),
  ]);
});
