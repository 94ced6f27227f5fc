import { describe, expect, it } from 'vitest';
import { MOST_MEMORY } from '../../../scripts/soak/logs/printer.ts';
import { runLogs } from '../../../scripts/soak/logs.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('builds, tests and migrations that print a lot');
/** `npm run soak -- logs` prints a gigabyte; this is enough to see what grows with it. */
const MEBIBYTES = 64;

describe.skipIf(!test)('a build, a test and a migration that print more than a log holds', () => {
  it('SEC-9: in lines or as one endless line, are reported with their last line, in bounded memory', async () => {
    if (!test) return;
    const printed = await runLogs(test.platform, MEBIBYTES);
    expect(printed.flatMap(({ violations }) => violations)).toEqual([]);
    expect(printed).toHaveLength(6);
    // Lines reach the log of the step; what is cut does not.
    const [, lines] = printed;
    expect(lines?.log).toBeGreaterThan(MEBIBYTES);
    expect(lines?.memory).toBeLessThan(MOST_MEMORY);
  });
});
