import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urlOf } from '../../../../src/objects/ingress/ingress-spec.ts';
import { reviewNamespace } from '../../../../src/objects/names.ts';
import { planDatabase } from '../../../../src/plan/review/database/database.ts';
import { foreignLabels, ownerLabels, ownerSelector } from '../../../../src/plan/review/environment/owner.ts';
import { hostProblem, isShareable, reviewHost } from '../../../../src/plan/review/host.ts';
import { planReviewIngress } from '../../../../src/plan/review/ingress.ts';
import { configOf } from '../../../support/unit/review.ts';

/** RFC 1123, as the API server checks it. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/;

const app = fc.stringMatching(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/);
const number = fc.integer({ min: 1, max: 999_999_999 });
const id = fc.integer({ min: 1, max: 2 ** 40 });

describe('R9: names', () => {
  it('the namespace is a DNS label for every app, repository and number', () => {
    fc.assert(fc.property(app, id, number, (a, i, n) => DNS_LABEL.test(reviewNamespace(a, i, n))));
  });

  it('two pull requests of one app and repository never share a namespace', () => {
    fc.assert(
      fc.property(app, id, number, number, (a, i, n, m) => {
        return n === m || reviewNamespace(a, i, n) !== reviewNamespace(a, i, m);
      }),
    );
  });

  it('owner labels are values that the API server takes, and only their own owner recognises them', () => {
    fc.assert(
      fc.property(app, id, number, id, (a, i, n, j) => {
        const labels = ownerLabels({ app: a, repositoryId: i, number: n });
        expect(Object.values(labels).every((value) => LABEL_VALUE.test(value))).toBe(true);
        expect(foreignLabels({ labels }, { app: a, repositoryId: i, number: n })).toEqual([]);
        return i === j || foreignLabels({ labels }, { app: a, repositoryId: j, number: n }).length === 1;
      }),
    );
  });

  it('the default host is a DNS name for every app and number', () => {
    fc.assert(fc.property(app, number, (a, n) => hostProblem(reviewHost(undefined, a, n)) === undefined));
  });

  it('users of a database are at most 32 characters of [a-z0-9_]', () => {
    fc.assert(
      fc.property(app, fc.constantFrom('postgres', 'mysql', 'mariadb'), (a, engine) => {
        return /^[a-z][a-z0-9_]{0,31}$/.test(planDatabase({ engine } as never, a, 'baseline').user);
      }),
    );
  });

  it('nothing says to whom a namespace without labels belongs', () => {
    expect(foreignLabels({}, { app: 'parking', repositoryId: 1, number: 7 })).toContain('slipway.dev/app is missing');
  });

  it('without slipway.yml all apps of the pull request are selected', () => {
    expect(ownerSelector({ app: undefined, repositoryId: 1, number: 7 })).toBe(
      'app.kubernetes.io/managed-by=slipway,slipway.dev/repository-id=1,slipway.dev/pull-request=7',
    );
    expect(ownerSelector({ app: 'parking', repositoryId: 1, number: 7 })).toMatch(/slipway\.dev\/app=parking$/);
  });
});

describe('host names', () => {
  it('take the number wherever it stands', () => {
    expect(reviewHost('pr-{number}.parking.review.acme.dev', 'parking', 7)).toBe('pr-7.parking.review.acme.dev');
    expect(reviewHost('{number}.{number}.acme.dev', 'parking', 12)).toBe('12.12.acme.dev');
  });

  it.each([
    [`${'a'.repeat(61)}-{number}.acme.dev`, /has 64 characters, and at most 63/],
    [`pr-{number}.${'a.'.repeat(125)}dev`, /at most 253/],
    ['pr-{number}..acme.dev', /empty part/],
    ['-{number}.acme.dev', /must be lower-case letters/],
    ['pr-{number}-.acme.dev', /must be lower-case letters/],
  ])('%s is refused', (template, reason) => {
    expect(() => reviewHost(template, 'parking', 77)).toThrow(reason);
  });

  it('accepts exactly what fits, and says what does not', () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 6 }), (labels) => {
        const host = labels.join('.');
        return (hostProblem(host) === undefined) === host.length <= 253;
      }),
    );
  });
});

describe('R18: addresses', () => {
  it('are https, except on this machine, and have the port where it is not the usual one', () => {
    const urlOfWay = (yaml: string) => {
      const { ingress } = planReviewIngress(configOf(yaml), 7);
      return ingress && urlOf(ingress);
    };
    expect(urlOfWay('review: { host: "pr-{number}.acme.dev" }')).toBe('https://pr-7.acme.dev');
    expect(urlOfWay('ingress: { port: 8080 }')).toBe('http://pr-7.parking.localhost:8080');
    expect(urlOfWay('review: { host: "pr-{number}.acme.dev", tls: false }\ningress: { port: 80 }')).toBe(
      'http://pr-7.acme.dev',
    );
  });

  it.each([
    ['https://pr-7.acme.dev', true],
    ['http://pr-7.parking.localhost:8080', true],
    ['http://pr-7.acme.dev', false],
    ['http://localhost.acme.dev', false],
    ['javascript:alert(1)//localhost', false],
    ['data:text/html,hi', false],
    ['not an address', false],
  ])('%s may be a button on the pull request: %s', (url, shareable) => {
    expect(isShareable(url)).toBe(shareable);
  });
});
