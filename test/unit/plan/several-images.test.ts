import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { UserError } from '../../../src/errors.ts';
import { buildInputs } from '../../../src/inputs/build-image.ts';
import { pushInputs } from '../../../src/inputs/push-to-registry.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { planBuilds } from '../../../src/plan/build-plan.ts';
import { planPushes } from '../../../src/plan/push-plan.ts';
import { planTests } from '../../../src/plan/test-plan.ts';
import { pullRequest, push } from '../../support/unit/events.ts';
import { problemsOf } from '../../support/unit/problems.ts';

const TWO = `app: parking
images:
  api: { repository: ghcr.io/acme/api, context: api, secrets: { npm: NPM } }
  web: { repository: ghcr.io/acme/web, context: web, target: serve }
tests:
  unit: { image: api, target: test, run: pytest -q }
  types: { image: api, target: TEST, run: mypy . }
  lint: { image: web, target: Serve, run: eslint }
  api: { image: web, run: x, against: review }
`;
const config = parseConfig(TWO, 'slipway.yml');
const read = (given: Record<string, string>) =>
  new Inputs(Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])));
const build = (given: Record<string, string> = {}, event = push()) =>
  planBuilds(buildInputs(read(given), { workingDirectory: '/w' } as never), config, event, {
    ACTIONS_RUNTIME_TOKEN: 't',
  });
const pushes = (given: Record<string, string> = {}, event: Parameters<typeof planPushes>[2] = push()) =>
  planPushes(pushInputs(read(given), '/w'), config, event, '/tmp/r');

describe('build-image of several images', () => {
  it('builds each from its own context, and each stage that tests run in once', () => {
    const [api, web] = build();
    expect(api).toMatchObject({
      name: 'api',
      contextDir: '/w/api',
      image: 'ghcr.io/acme/api:sha-0123456789ab',
      tags: ['ghcr.io/acme/api:sha-0123456789ab', 'ghcr.io/acme/api:main'],
      secretIds: ['npm'],
      testBuilds: [{ target: 'test', targetFrom: 'tests.unit.target', tags: [], contextDir: '/w/api' }],
    });
    expect(web).toMatchObject({
      name: 'web',
      contextDir: '/w/web',
      target: 'serve',
      secretIds: [],
      testBuilds: [],
      isTestTarget: true,
    });
  });

  it('gives every image the tags, and a full name to the image of its repository', () => {
    const tags = build({ tags: '1.4.0\nghcr.io/acme/web:edge' }).map((plan) => plan.tags.slice(1));
    expect(tags).toEqual([['ghcr.io/acme/api:1.4.0'], ['ghcr.io/acme/web:1.4.0', 'ghcr.io/acme/web:edge']]);
    expect(() => build({ tags: 'ghcr.io/acme/other:1' })).toThrow('belongs to no image of slipway.yml');
  });

  it('keeps a cache for each build', () => {
    const [api] = build({ cache: 'registry=ghcr.io/acme/cache:all\ngha' });
    expect(api?.cacheTo).toEqual([
      'type=registry,ref=ghcr.io/acme/cache:all-api,mode=max,ignore-error=true',
      'type=gha,scope=api,mode=max,ignore-error=true',
    ]);
    expect(api?.testBuilds[0]?.cacheTo).toEqual([
      'type=registry,ref=ghcr.io/acme/cache:all-api-test,mode=max,ignore-error=true',
      'type=gha,scope=api-test,mode=max,ignore-error=true',
    ]);
    const [ofPullRequest] = build({ cache: 'registry' }, pullRequest() as never);
    expect(ofPullRequest?.cacheTo).toEqual([
      'type=registry,ref=ghcr.io/acme/api:buildcache-api-pr-12,mode=max,ignore-error=true',
    ]);
  });

  it.each([
    [{ context: 'api' }, 'input `context` cannot apply to the 2 images'],
    [{ dockerfile: 'D' }, 'input `dockerfile` cannot apply'],
    [{ target: 't' }, 'input `target` cannot apply'],
    [{ cache: 'to=type=registry,ref=x' }, 'would overwrite each other'],
  ])('refuses %o', (given, message) => {
    expect(() => build(given as Record<string, string>)).toThrow(UserError);
    expect(() => build(given as Record<string, string>)).toThrow(message);
  });
});

describe('run-tests of several images', () => {
  const around = { runId: 'r', password: 'p', baseUrl: undefined, temp: undefined };
  const tests = (image?: string) =>
    planTests({ workingDirectory: '/w', image, only: [], timeoutMs: undefined }, config, push(), around);

  it('runs each test in its own image, or in the stage of its Dockerfile', () => {
    const plan = tests();
    expect(plan.tests.map(({ name, image, target }) => [name, image, target])).toEqual([
      ['unit', 'api', 'test'],
      ['types', 'api', 'TEST'],
      ['lint', 'web', undefined],
    ]);
    expect(plan.images.web).toEqual({
      reference: 'ghcr.io/acme/web:sha-0123456789ab',
      given: false,
      contextDir: '/w/web',
    });
  });

  it('takes the images of the input by name; the others are those of the commit', () => {
    expect(tests('web=ghcr.io/acme/web:1').images).toMatchObject({
      web: { reference: 'ghcr.io/acme/web:1', given: true },
      api: { reference: 'ghcr.io/acme/api:sha-0123456789ab', given: false },
    });
    expect(() => tests('ghcr.io/acme/web:1')).toThrow('does not say which image');
  });
});

describe('push-to-registry of several images', () => {
  it('pushes each to its own repository, under the same tags', () => {
    const [api, web] = pushes({ tags: '1.4.2', image: 'web=ghcr.io/acme/web:built' });
    expect(api).toMatchObject({ name: 'api', image: 'ghcr.io/acme/api:sha-0123456789ab' });
    expect(api?.suites.map(({ name }) => name)).toEqual(['unit', 'types']);
    expect(web).toMatchObject({
      name: 'web',
      image: 'ghcr.io/acme/web:built',
      repository: 'ghcr.io/acme/web',
      tags: [{ name: '1.4.2', kind: 'fixed' }],
      suites: [{ name: 'lint', hash: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
  });

  const approved = {
    kind: 'workflow-run',
    repository: push().repository,
    sha: push().sha,
    actor: 'mona',
    run: push().run,
    approval: { by: 'mona', number: 7 },
  } as unknown as Parameters<typeof planPushes>[2];

  it('R7: takes an archive for each image of a fork, and refuses fewer', () => {
    const archives = pushes({ archive: 'api=fork/api.tar\nweb=/abs/web.tar' }, approved).map(({ archive }) => archive);
    expect(archives).toEqual(['/w/fork/api.tar', '/abs/web.tar']);
    const inFolder = pushes({ archive: 'fork/' }, approved).map(({ archive }) => archive);
    expect(inFolder).toEqual(['/w/fork/api.tar', '/w/fork/web.tar']);
    expect(() => pushes({ archive: 'api=fork/api.tar' }, approved)).toThrow('the archive of web is missing');
    expect(() => pushes({ archive: 'fork/image.tar' }, approved)).toThrow('does not say which image');
  });

  it.each([
    [{ repository: 'ghcr.io/acme/x' }, 'input `repository` cannot apply'],
    [{ tags: 'ghcr.io/acme/api:1' }, 'is not a tag alone'],
    [{ image: 'wep=ghcr.io/acme/web:1' }, 'slipway.yml has no image "wep"'],
  ])('refuses %o', (given, message) => {
    expect(() => pushes(given as Record<string, string>)).toThrow(message);
  });
});

it('a test against a review environment runs in the pushed image, not in a stage', () => {
  expect(problemsOf(`${TWO}  e2e: { image: web, target: e2e, run: x, against: review }\n`)).toEqual([
    expect.stringMatching(
      /^slipway.yml:10:\d+: tests.e2e.target: a test with `against: review` runs in the pushed image/,
    ),
  ]);
});
