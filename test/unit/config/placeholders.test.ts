import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { filled } from '../../../src/config/placeholders.ts';
import { reviewAppObjects } from '../../../src/plan/review/objects.ts';
import { planReviewUp } from '../../../src/plan/review-plan.ts';
import { configOf, DIGEST, pullRequest, reviewInputsOf } from '../../support/unit/review.ts';

const VALUES = { number: '7', host: 'pr-7.example.dev', url: 'https://pr-7.example.dev', commit: 'c0ffee' };

describe('F7: placeholders of review.env', () => {
  it.each([
    ['{host},localhost', 'pr-7.example.dev,localhost'],
    ['{url}/callback?pr={number}', 'https://pr-7.example.dev/callback?pr=7'],
    ['{{host}} is {host}', '{host} is pr-7.example.dev'],
    ['{"a":{"b":1},"c":"{commit}"}', '{"a":{"b":1},"c":"c0ffee"}'],
    ['$(HOST) {} {Host} { host }', '$(HOST) {} {Host} { host }'],
  ])('%s becomes %s', (value, expected) => {
    expect(filled(value, VALUES)).toBe(expected);
  });

  const file = (review: string) =>
    parseConfig(`app: a\nimage: { repository: r.example/a }\nreview:\n${review}`, 'slipway.yml');

  it('an unknown one is refused with file and line', () => {
    expect(() => file('  env:\n    HOST: "{hostname}"\n')).toThrow(
      /slipway\.yml:5:\d+: review\.env\.HOST: unknown placeholder \{hostname\}; known are \{number\}, \{host\}/,
    );
    expect(() => file('  variants:\n    b:\n      env: { HOST: "{nmber}" }\n')).toThrow(
      /review\.variants\.b\.env\.HOST/,
    );
    expect(file('  env: { FORMAT: "{{levelname}} {{message}}" }\n').review?.env).toBeDefined();
  });

  it('reach the app and its migration; deploy.env arrives as it is written', () => {
    const config = configOf(
      'deploy: { env: { RAW: "{number}" }, migrate: migrate }\nreview: { host: "pr-{number}.example.dev", env: { HOSTS: "{host}", URL: "{url}", SHA: "{commit}" } }',
    );
    const plan = planReviewUp(reviewInputsOf(), config, pullRequest(), 7, undefined);
    const known = {
      images: { parking: `r.example/a@${DIGEST}` },
      nativeSleep: true,
      unseeded: false,
      commit: 'c0ffee',
    };
    const { objects, jobs } = reviewAppObjects(plan, known);
    for (const object of [objects.find(({ kind }) => kind === 'Deployment'), jobs[0]]) {
      const text = JSON.stringify(object);
      expect(text).toContain('{"name":"HOSTS","value":"pr-7.example.dev"}');
      expect(text).toContain('{"name":"URL","value":"https://pr-7.example.dev"}');
      expect(text).toContain('{"name":"SHA","value":"c0ffee"}');
      expect(text).toContain('{"name":"RAW","value":"{number}"}');
    }
  });

  it('those of an address that is not known yet are refused', () => {
    const config = configOf('review: { ingress: { kind: load-balancer, internal: none }, env: { URL: "{url}" } }');
    expect(() => planReviewUp(reviewInputsOf(), config, pullRequest(), 7, undefined)).toThrow(
      /review\.env\.URL: \{url\}/,
    );
  });
});
