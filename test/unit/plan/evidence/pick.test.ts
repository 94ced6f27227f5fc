import { describe, expect, it } from 'vitest';
import { type Believed, pickReusable } from '../../../../src/plan/evidence/pick.ts';
import type { BuildFacts, SuiteFacts } from '../../../../src/plan/evidence/statement.ts';

import { job } from '../../../support/unit/memory-evidence.ts';

const subject = { repository: 'r', digest: 'sha256:1' };
const NOW = Date.parse('2026-11-30T00:00:00Z');
const build = (overrides: Partial<BuildFacts> = {}, byDefaultBranch = false): Believed => ({
  ...{ subject, byDefaultBranch, signer: job() },
  facts: {
    kind: 'build',
    build: {
      ...{
        sourceKey: 'k',
        finishedOn: '2026-11-29T00:00:00Z',
        caches: [],
        images: {},
        stages: { test: 't' },
        run: 'run',
      },
      ...{ source: { url: '', commit: '' }, ...overrides },
    },
  },
});
const suite = (overrides: Partial<SuiteFacts> = {}, byDefaultBranch = false): Believed => ({
  ...{ subject, byDefaultBranch, signer: job() },
  facts: { kind: 'suite', suite: { name: 'unit', hash: 'h', run: 'run', counts: undefined, ...overrides } },
});
const pick = (believed: Believed[], suites = [{ name: 'unit', hash: 'h' }], maxAgeMs = 7 * 24 * 3_600_000) =>
  pickReusable(believed, { sourceKey: 'k', stages: { test: 't' }, suites, maxAgeMs }, NOW);

describe('SEC-16: an image that replaces a build', () => {
  it('was built from the same sources, is young enough, and passed the same tests', () => {
    expect(pick([build(), suite()])).toMatchObject({ build: { sourceKey: 'k' }, suites: [{ name: 'unit' }] });
    expect(pick([build()], [])).toMatchObject({ suites: [], byDefaultBranch: false });
  });

  it.each<[string, Believed[], string]>([
    ['nothing about its build', [suite()], 'from what it was built'],
    ['other sources', [build({ sourceKey: 'other' }), suite()], 'from what it was built'],
    ['another stage for tests', [build({ stages: { test: 'u' } }), suite()], 'the stage test'],
    ['no stage for tests', [build({ stages: {} }), suite()], 'the stage test'],
    ['too old', [build({ finishedOn: '2026-11-20T00:00:00Z' }), suite()], 'longer ago than image.maxAge'],
    ['the future', [build({ finishedOn: '2026-11-30T00:06:00Z' }), suite()], 'in the future: a clock is wrong'],
    ['a date that is none', [build({ finishedOn: 'tomorrow' }), suite()], 'longer ago'],
    ['no tests', [build()], 'unit passed'],
    ['another test', [build(), suite({ name: 'lint' })], 'unit passed'],
    ['another definition of the test', [build(), suite({ hash: 'older' })], 'unit passed as slipway.yml has it now'],
    [
      'SEC-16: a cache of pull requests',
      [build({ caches: ['type=gha'] }), suite()],
      'a cache that pull requests write',
    ],
  ])('is not one with %s', (_what, believed, missing) => {
    expect(pick(believed)).toMatchObject({ missing: expect.stringContaining(missing) });
  });

  it('may have been built on a machine whose clock is a little ahead', () => {
    expect(pick([build({ finishedOn: '2026-11-30T00:04:00Z' }), suite()])).toMatchObject({ suites: [{}] });
  });

  it('may have been built by main with a cache', () => {
    expect(pick([build({ caches: ['type=registry'] }, true), suite({}, true)])).toMatchObject({
      byDefaultBranch: true,
    });
  });

  it('has the word of main for all of it, or not', () => {
    expect(pick([build(), build({}, true), suite()])).toMatchObject({ byDefaultBranch: false });
    expect(pick([build(), build({}, true), suite(), suite({}, true)])).toMatchObject({ byDefaultBranch: true });
  });
});
