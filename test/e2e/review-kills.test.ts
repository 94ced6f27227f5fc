import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runReviews } from '../../scripts/soak/reviews.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('review environments whose runs are killed');

describe.skipIf(!platform)('R1, R2: runs that are killed, and close events that never come', () => {
  it('leave nothing after one interval of the reaper, and nothing else is gone', async () => {
    const seed = randomBytes(3).toString('hex');
    const report = await runReviews({ environments: 3, atOnce: 3, shared: 0, seed });
    const again = `npm run soak -- reviews --environments 3 --at-once 3 --shared 0 --seed ${seed}`;
    expect(report.violations, again).toEqual([]);
    // One that was to be reaped, one that went in the run that made it, one that stays and comes up again.
    expect(report).toMatchObject({ orphans: 1, lostEvents: 1, closedMeanwhile: 1, kept: 1, deploys: 5 });
  });
});
