import { describe, expect, it } from 'vitest';
import { reviewAppObjects } from '../../../../src/plan/review/objects.ts';
import { planReviewUp } from '../../../../src/plan/review-plan.ts';
import { configOf, DIGEST, pullRequest, reviewInputsOf } from '../../../support/unit/review.ts';

const KNOWN = { images: { parking: `r.example/a@${DIGEST}` }, nativeSleep: true, unseeded: false, commit: 'c0ffee' };
const planOf = (more: string) => planReviewUp(reviewInputsOf(), configOf(more), pullRequest(), 7, undefined);

describe('F7: values of a review environment', () => {
  it('reach the app and its migration, from deploy.env as from review.env', () => {
    const plan = planOf(
      `deploy: { env: { HOSTS: "{host}", SHA: "{commit}" }, migrate: migrate }
ingress: { annotations: { "a.example/host": "{host}" } }
review: { host: "pr-{number}.example.dev", env: { URL: "{url}", N: "{number}" } }`,
    );
    const { objects, jobs } = reviewAppObjects(plan, KNOWN);
    for (const object of [objects.find(({ kind }) => kind === 'Deployment'), jobs[0]]) {
      const text = JSON.stringify(object);
      expect(text).toContain('{"name":"HOSTS","value":"pr-7.example.dev"}');
      expect(text).toContain('{"name":"URL","value":"https://pr-7.example.dev"}');
      expect(text).toContain('{"name":"SHA","value":"c0ffee"}');
      expect(text).toContain('{"name":"N","value":"7"}');
    }
    const ingress = objects.find(({ kind }) => kind === 'Ingress');
    expect(ingress?.metadata.annotations?.['a.example/host']).toBe('pr-7.example.dev');
  });

  it('name the database and the services', () => {
    const plan = planOf(
      `review: { database: { engine: mysql }, services: { cache: redis },
  env: { SQL_DATABASE: "{database.name}", JDBC: "jdbc:mysql://{database.host}/{database.name}", BROKER: "{services.cache.url}" } }`,
    );
    const text = JSON.stringify(reviewAppObjects(plan, KNOWN).objects[0]);
    const key = (name: string, of: string) =>
      `{"name":"${name}","valueFrom":{"secretKeyRef":{"name":"database","key":"${of}"}}}`;
    expect(text).toContain(key('SQL_DATABASE', 'MYSQL_DATABASE'));
    expect(text).toContain(key('SLIPWAY_DATABASE_DATABASE_HOST', 'DATABASE_HOST'));
    expect(text).toContain(
      '"value":"jdbc:mysql://$(SLIPWAY_DATABASE_DATABASE_HOST)/$(SLIPWAY_DATABASE_MYSQL_DATABASE)"',
    );
    expect(text).toContain('{"name":"BROKER","value":"redis://cache:6379/0"}');
  });

  it('values of deploy.env from a Secret are left out, with a note', () => {
    const plan = planOf(
      'deploy: { secrets: [db], env: { A: "{secrets.db.A}", B: "{secrets.db.B}" } }\nreview: { env: { B: b } }',
    );
    expect(Object.keys(plan.app.processes[0]?.env ?? {})).toEqual(['B']);
    expect(plan.notes.at(-1)).toContain('variables that are read from Secrets (A) are left out');
  });

  it('an address that is not known yet is refused', () => {
    const config = 'review: { ingress: { kind: load-balancer, internal: none }, env: { URL: "{url}" } }';
    expect(() => planOf(config)).toThrow(
      /review\.env\.URL: \{url\} is not known in review environments: a load balancer/,
    );
  });
});
