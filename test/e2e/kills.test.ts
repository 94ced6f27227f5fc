import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runKills } from '../../scripts/soak/kills.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('runs that are killed');

describe.skipIf(!platform)('K27: a run that is killed without a word', () => {
  it('at whatever moment leaves nothing that the next run does not put right', async () => {
    const seed = randomBytes(3).toString('hex');
    const done = await runKills({ runs: 3, atOnce: 3, seed, app: 'manifests' });
    expect(
      done.flatMap(({ violations }) => violations),
      `npm run soak -- kills --runs 3 --at-once 3 --seed ${seed}`,
    ).toEqual([]);
    expect(done).toHaveLength(3);
  });
});
