import { expect, it } from 'vitest';
import { drainSeconds } from '../../../src/objects/drain.ts';

it.each([
  [0, 1],
  [1, 1],
  [1_001, 2],
  [5_000, 5],
])('a drain of %d ms is %d whole seconds, at least one', (drainMs, seconds) => {
  expect(drainSeconds({ drainMs })).toBe(seconds);
});
