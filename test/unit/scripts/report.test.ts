import { describe, expect, it } from 'vitest';
import { suiteResults } from '../../../scripts/test/report.ts';

const file = (path: string, statuses: string[], [startTime, endTime] = [0, 1_000]) => ({
  name: `/repo/test/${path}.test.ts`,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  startTime,
  endTime,
  assertionResults: statuses.map((status, at) => ({ fullName: `test ${at}`, status })),
});
const SUITES = ['contract', 'e2e'];

describe('what one run says of each of its suites', () => {
  const report = {
    testResults: [
      file('contract/kube/a', ['passed', 'skipped'], [1_000, 4_000]),
      file('e2e/b', ['passed', 'failed', 'passed'], [2_000, 9_000]),
      file('contract/c', ['passed'], [2_000, 6_500]),
    ],
  };

  it('its counts, its failures and the time from its first to its last test', () => {
    const [contract, e2e] = suiteResults(SUITES, report, 1, '/repo');
    expect(contract).toEqual({
      suite: 'contract',
      state: 'passed',
      ms: 5_500,
      passed: 2,
      failed: 0,
      skipped: 1,
      failures: [],
    });
    expect(e2e).toMatchObject({ state: 'failed', ms: 7_000, passed: 2, failed: 1 });
    expect(e2e?.failures).toEqual([expect.stringContaining('test/e2e/b.test.ts > test 1')]);
  });

  it('a file that could not be loaded is a failure without a test', () => {
    const broken = { ...file('e2e/b', []), status: 'failed', message: 'SyntaxError: no' };
    const testResults = [file('contract/a', ['passed']), broken, file('e2e/c', ['passed'])];
    const [, e2e] = suiteResults(SUITES, { testResults }, 1, '/repo');
    expect(e2e).toMatchObject({ state: 'failed', passed: 1, failed: 1 });
    expect(e2e?.failures).toEqual([expect.stringContaining('SyntaxError')]);
  });

  it.each([
    ['there is no report', undefined, 0, 'vitest wrote no report'],
    ['nothing ran', { testResults: [] }, 0, 'no test ran'],
    [
      'it ended badly, and no test did',
      { testResults: [file('contract/a', ['passed']), file('e2e/b', ['passed'])] },
      1,
      'an error outside of any test: see "Unhandled Errors" above',
    ],
  ])('%s: it failed, and says why', (_, told, code, note) => {
    const [contract] = suiteResults(SUITES, told, code, '/repo');
    expect(contract).toMatchObject({ state: 'failed', failed: 1, note });
  });
});
