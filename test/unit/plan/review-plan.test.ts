import { describe, expect, it } from 'vitest';
import { reviewAppObjects } from '../../../src/plan/review/objects.ts';
import { expiresAt } from '../../../src/plan/review/ttl.ts';
import { planDownAgain, planReviewDown, planReviewUp } from '../../../src/plan/review-plan.ts';
import { byHand, configOf, DIGEST, pullRequest, reviewInputsOf } from '../../support/unit/review.ts';

const FULL = `
tests: { api: { run: pytest, against: review }, unit: { run: pytest } }
deploy:
  health: /healthz
  replicas: 3
  migrate: flask db upgrade
  env: { DATABASE_URL: "postgresql://staging", CACHE_HOST: staging-cache, FLAVOUR: plain }
  secrets: [parking-database]
review:
  host: pr-{number}.parking.localhost
  database: { version: "15", seed: db/seed.sql }
  services: { cache: memcached }
  env: { FLAVOUR: review }
ingress: { port: 8080, class: slipway }
`;
const SEED = { path: 'db/seed.sql', content: Buffer.from('insert into t values (1);') };
const up = (more = FULL, inputs = {}, event: Parameters<typeof planReviewUp>[2] = pullRequest()) =>
  planReviewUp(reviewInputsOf(inputs), configOf(more), event, 7, more === FULL ? SEED : undefined);

describe('the plan of an environment', () => {
  it('is made from ids and numbers, and says where it will answer', () => {
    const plan = up();
    expect(plan.namespace).toMatch(/^parking-pr-7-[0-9a-f]{6}$/);
    expect(plan).toMatchObject({
      url: 'http://pr-7.parking.localhost:8080',
      owner: { app: 'parking', repositoryId: 424_242, number: 7 },
      tests: ['api'],
      migrate: { image: 'parking', command: 'flask db upgrade' },
      ttlMs: 7 * 24 * 3_600_000,
    });
  });

  it('the app has one pod, its own database and services, and nothing of staging', () => {
    const {
      app: { processes },
      notes,
    } = up();
    const app = { ...processes[0] };
    expect(app.replicas).toBe(1);
    expect(app.secrets).toEqual(['database']);
    expect(app.env).toMatchObject({ CACHE_HOST: 'cache', CACHE_PORT: '11211', FLAVOUR: 'review' });
    expect(app.env).not.toHaveProperty('DATABASE_URL');
    expect(notes).toEqual([expect.stringContaining('deploy.secrets (parking-database) are left out')]);
  });

  it('has the namespace that the input names, if any', () => {
    expect(up(FULL, { cluster: { namespace: 'review-7' } })).toMatchObject({
      namespace: 'review-7',
      app: { namespace: 'review-7' },
      isolation: { namespace: 'review-7' },
    });
  });

  it('without database and services nothing of them is there', () => {
    const plan = up('deploy: { env: { DATABASE_URL: x } }');
    expect(plan).toMatchObject({ database: undefined, seed: undefined, services: [], tests: [] });
    expect(plan.app.processes).toMatchObject([{ secrets: [], env: { DATABASE_URL: 'x' } }]);
  });

  it('inputs win over slipway.yml, and it over the default', () => {
    expect(up('review: { ttl: 2d }').ttlMs).toBe(2 * 24 * 3_600_000);
    expect(up('review: { ttl: 2d }', { ttlMs: 5_000 }).ttlMs).toBe(5_000);
    expect(up(FULL, { image: 'registry.example/x:1' }).images).toEqual({ parking: 'registry.example/x:1' });
  });

  it.each([
    ['tests: { a: { run: t, against: review }, b: { run: t, against: review } }', ['a', 'b']],
    ['tests: { a: { run: t, against: review }, b: { run: t, against: review } }\nreview: { tests: [b] }', ['b']],
    ['tests: { a: { run: t, against: review } }\nreview: { tests: [] }', []],
  ])('the black-box tests of %s', (yaml, tests) => {
    expect(up(yaml).tests).toEqual(tests);
  });

  it('the commit is that of the event of this very pull request, else GitHub is asked', () => {
    expect(up().commit).toBe(pullRequest().sha);
    expect(up(FULL, {}, pullRequest({ number: 8 })).commit).toBeUndefined();
    expect(up(FULL, {}, byHand()).commit).toBeUndefined();
    const local = byHand({ repository: { id: 0, fullName: 'local/checkout', defaultBranch: 'main' } });
    expect(up(FULL, {}, local).commit).toBe(local.sha);
  });

  it('the database is kept, unless the operation is its reset', () => {
    for (const operation of ['auto', 'up'] as const) expect(up(FULL, { operation }).resetDatabase).toBe(false);
    expect(up(FULL, { operation: 'reset-database' }).resetDatabase).toBe(true);
    expect(() => up('', { operation: 'reset-database' })).toThrow(/no `review\.database`/);
  });

  it.each([
    ['', { cluster: { namespace: 'Mine' } }, /input `namespace`: "Mine"/],
    ['review: { host: "pr-{number}..acme.dev" }', {}, /is not a host name/],
  ])('%s is refused before anything is written', (yaml, inputs, message) => {
    expect(() => up(yaml, inputs)).toThrow(message);
  });
});

describe('what runs before the app', () => {
  const image = `registry.example/apps/parking@${DIGEST}`;
  const known = { images: { parking: image }, nativeSleep: true };
  const jobs = (unseeded: boolean) =>
    reviewAppObjects(up(), { ...known, unseeded }).jobs.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]+$/, ''));

  it('is the migration, and in a new database then the seed, which needs its tables', () => {
    expect(jobs(true)).toEqual(['parking-migrate', 'seed']);
    expect(jobs(false)).toEqual(['parking-migrate']);
  });

  it('a dump comes before the migration, a command of the app after it, in the pod of the app', () => {
    const yaml = (seed: string) => FULL.replace('seed: db/seed.sql', `seed: ${seed}`);
    const planned = (seed: string) =>
      reviewAppObjects(
        planReviewUp(reviewInputsOf(), configOf(yaml(seed)), pullRequest(), 7, {
          path: 'd',
          content: Buffer.from('PGDMP'),
        }),
        { ...known, unseeded: true },
      );
    expect(planned('{ dump: d }').jobs.map(({ metadata }) => metadata.name)[0]).toMatch(/^seed-/);
    const [migrate, seed] = planned('{ command: flask seed }').jobs;
    expect(migrate?.metadata.name).toMatch(/^parking-migrate-/);
    expect(seed?.spec).not.toHaveProperty('ttlSecondsAfterFinished');
    expect(seed?.spec).toMatchObject({
      template: {
        metadata: { labels: { 'app.kubernetes.io/component': 'seed' } },
        spec: { containers: [{ name: 'seed', image, command: ['sh', '-c', 'flask seed'] }] },
      },
    });
  });

  it('everything carries the owner labels', () => {
    const { objects, jobs: all } = reviewAppObjects(up(), { ...known, unseeded: true });
    for (const { metadata } of [...objects, ...all]) {
      expect(metadata.labels).toMatchObject({ 'slipway.dev/repository-id': '424242', 'slipway.dev/pull-request': '7' });
      expect(metadata.namespace).toBe(up().namespace);
    }
  });
});

describe('the plan of a removal', () => {
  it('needs no slipway.yml', () => {
    expect(planReviewDown(undefined, pullRequest({ action: 'closed' }), 7)).toEqual({
      operation: 'down',
      app: undefined,
      repositoryId: 424_242,
      number: 7,
      over: true,
      run: pullRequest().run.url,
    });
  });

  it('of what a run has brought up itself is the same as of the event', () => {
    expect(planDownAgain(up())).toEqual(planReviewDown(configOf(), pullRequest({ action: 'closed' }), 7));
  });

  it('that was asked for waits for runs that are at work: its pull request is open', () => {
    expect(planReviewDown(undefined, pullRequest(), 7).over).toBe(false);
    expect(planReviewDown(undefined, byHand(), 7).over).toBe(false);
    // Its own event is about another one.
    expect(planReviewDown(undefined, pullRequest({ action: 'closed' }), 8).over).toBe(false);
  });
});

it('an environment expires after its time, told in UTC to the second', () => {
  expect(expiresAt(Date.UTC(2026, 9, 5, 11, 0, 0, 999), 7 * 24 * 3_600_000)).toBe('2026-10-12T11:00:00Z');
});
