import { describe, expect, it } from 'vitest';
import { networkPolicies } from '../../../../src/plan/review/environment/network.ts';
import { planReviewUp } from '../../../../src/plan/review-plan.ts';
import { configOf, pullRequest, reviewInputsOf } from '../../../support/unit/review.ts';

const DEPLOY = `
deploy:
  env: { DATABASE_URL: staging, A: a }
  secrets: [staging-database]
  processes:
    api: { port: 8080, paths: [/api], replicas: 4 }
    web: { port: 3000, paths: [/] }
    worker: { command: work, env: { DATABASE_URL: other } }
  crons:
    nightly: { command: clean, schedule: "@daily" }
    hourly: { command: count, schedule: "@hourly" }
`;
const up = (text: string) => planReviewUp(reviewInputsOf(), configOf(text), pullRequest(), 7, undefined);
const suspended = (review: string) =>
  up(`${DEPLOY}review: ${review}\n`).app.crons.map(({ component, suspend }) => `${component} ${suspend}`);

describe('a review environment of several processes', () => {
  it('has one pod of each, or review.replicas', () => {
    expect(up(DEPLOY).app.processes.map(({ name, replicas }) => `${name} ${replicas}`)).toEqual([
      'parking-api 1',
      'parking-web 1',
      'parking-worker 1',
    ]);
    expect(up(`${DEPLOY}review: { replicas: 2 }\n`).app.processes.every(({ replicas }) => replicas === 2)).toBe(true);
  });

  it('gives every process and cron its own database, and nothing of staging', () => {
    const { app } = up(`${DEPLOY}review: { database: {}, services: { cache: memcached }, env: { B: b } }\n`);
    for (const { env, secrets } of [...app.processes, ...app.crons]) {
      expect(env).toMatchObject({ A: 'a', B: 'b', CACHE_HOST: 'cache' });
      expect(env).not.toHaveProperty('DATABASE_URL');
      expect(secrets).toEqual(['database']);
    }
  });

  it('suspends its crons, unless review.crons asks for them', () => {
    expect(suspended('{}')).toEqual(['nightly true', 'hourly true']);
    expect(suspended('{ crons: true }')).toEqual(['nightly false', 'hourly false']);
    expect(suspended('{ crons: [hourly] }')).toEqual(['nightly true', 'hourly false']);
    expect(() => suspended('{ crons: [hurly] }')).toThrow(
      'review.crons: "hurly" is not defined; did you mean "hourly"?',
    );
  });

  it('opens the port of each process that has one, and no other', () => {
    const opened = networkPolicies(up(DEPLOY).isolation)
      .filter(({ metadata }) => metadata.name.startsWith('app'))
      .map(({ metadata, spec }) => [metadata.name, spec]);
    const labels = { 'slipway.dev/app': 'parking' };
    expect(opened).toMatchObject([
      [
        'app-api',
        {
          podSelector: { matchLabels: { ...labels, 'app.kubernetes.io/component': 'api' } },
          ingress: [{ ports: [{ port: 8080 }] }],
        },
      ],
      [
        'app',
        {
          podSelector: { matchLabels: { ...labels, 'app.kubernetes.io/component': 'web' } },
          ingress: [{ ports: [{ port: 3000 }] }],
        },
      ],
    ]);
  });

  it('of workers alone has no URL', () => {
    const { url, isolation, app } = up('deploy: { processes: { worker: { command: work } } }\n');
    expect(url).toBeUndefined();
    expect(isolation.exposed).toEqual([]);
    expect(app.ingress).toBeUndefined();
  });
});
