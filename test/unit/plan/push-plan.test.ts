import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { UserError } from '../../../src/errors.ts';
import type { PushInputs } from '../../../src/inputs/push-to-registry.ts';
import { type PushPlan, planPushes } from '../../../src/plan/push-plan.ts';
import { pullRequest, push } from '../../support/unit/events.ts';

const REPOSITORY = 'localhost:5000/apps/parking';
const config = (tests = '') =>
  parseConfig(`app: parking\nimage: { repository: ${REPOSITORY} }\n${tests}`, 'slipway.yml');
const given = (overrides: Partial<PushInputs> = {}): PushInputs => ({
  image: undefined,
  archive: undefined,
  approvedIn: undefined,
  repository: undefined,
  tags: [],
  ...overrides,
});

const planPush = (...given: Parameters<typeof planPushes>) => planPushes(...given)[0] as PushPlan;

describe('the plan of a push', () => {
  it('pushes the image of the commit under the tags of the event', () => {
    expect(planPush(given(), config(), pullRequest(), '/tmp/r')).toEqual({
      name: 'parking',
      app: 'parking',
      sha: pullRequest().sha,
      image: `${REPOSITORY}:sha-0123456789ab`,
      archive: undefined,
      repository: REPOSITORY,
      tags: [
        { name: 'sha-0123456789ab', kind: 'commit' },
        { name: 'pr-12', kind: 'moving' },
      ],
      given: false,
      suites: [],
      required: [],
      sbom: false,
      finds: 'ofPullRequests',
      recordsDir: '/tmp/r/slipway/tested',
      builtDir: '/tmp/r/slipway/built',
      apisDir: '/tmp/r/slipway/apis',
      run: pullRequest().run.url,
    });
  });

  it('puts the tags that never move first', () => {
    const plan = planPush(
      given({ tags: ['latest', '1.4', '1.4.2', `${REPOSITORY}:edge`] }),
      config(),
      push(),
      undefined,
    );
    expect(plan.tags.map((tag) => tag.name)).toEqual(['1.4.2', 'latest', '1.4', 'edge']);
  });

  it('knows a version’s tag, which never moves, from a commit’s, which names its newest build', () => {
    const released = planPush(given(), config(), push({ branch: undefined, tag: 'v1.4.2' }), undefined);
    expect(released.tags).toEqual([
      { name: '1.4.2', kind: 'fixed' },
      { name: 'sha-0123456789ab', kind: 'commit' },
      { name: '1.4', kind: 'moving' },
      { name: '1', kind: 'moving' },
    ]);
    const own = planPush(given({ tags: ['sha-0123456789ab'] }), config(), push(), undefined);
    expect(own.tags).toEqual([{ name: 'sha-0123456789ab', kind: 'fixed' }]);
  });

  it('takes another repository from the input; the image keeps the name that build-image gave it', () => {
    const plan = planPush(given({ repository: 'ghcr.io/acme/parking' }), config(), push(), undefined);
    expect(plan).toMatchObject({ repository: 'ghcr.io/acme/parking', image: `${REPOSITORY}:sha-0123456789ab` });
  });

  it('knows which tests should have run: not those against a review environment', () => {
    const tests = (text: string) => planPush(given(), config(text), push(), undefined).suites.map(({ name }) => name);
    expect(tests('tests: { unit: { run: x } }')).toEqual(['unit']);
    expect(tests('tests: { api: { run: x, against: review } }')).toEqual([]);
  });

  it.each([
    [{ repository: `${REPOSITORY}:1` }, 'has a tag'],
    [{ repository: 'Not A Repository' }, 'is not an image reference'],
    [{ tags: ['ghcr.io/acme/parking:1'] }, `is not a tag of ${REPOSITORY}`],
    [{ tags: ['-x'] }, '"-x" is not a tag of'],
    [{ image: ':' }, 'is not an image reference'],
  ])('refuses %o', (overrides, message) => {
    expect(() => planPush(given(overrides), config(), push(), undefined)).toThrow(UserError);
    expect(() => planPush(given(overrides), config(), push(), undefined)).toThrow(message);
  });
});
