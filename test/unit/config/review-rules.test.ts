import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';

const config = (host: string, environments = '') =>
  parseConfig(`app: a\nimage: { repository: r.example/a }\nreview:\n  host: "${host}"\n${environments}`, 'slipway.yml');
const staging = (host: string) => `environments: { staging: { namespace: s, host: ${host} } }`;

describe('review.host', () => {
  it.each([
    'pr-1{number}.dev',
    'pr-{number}1.dev',
    'pr-{number}{number}.dev',
    '{variant}{number}.dev',
    'pr-{number}{variant}.dev',
  ])('HRD-2: %s would let a pull request have the host name of another one', (host) => {
    expect(() => config(host)).toThrow(/slipway\.yml:4:3: review\.host: .*of another one/);
  });

  it('is refused with an unknown placeholder, as the host of an environment is', () => {
    expect(() => config('{number}.{adress}.nip.io')).toThrow(
      'slipway.yml:4:3: review.host: unknown placeholder {adress}; did you mean {address}?',
    );
    expect(() => config('{number}-{branch}.dev')).toThrow('{branch}; known are {number}, {variant}, {address}');
    expect(() => config('{number}.dev', staging('"s-{number}.dev"'))).toThrow(
      'environments.staging.host: unknown placeholder {number}; known are {address}',
    );
    expect(config('{number}.dev', staging('"s.{address}.nip.io"')).environments).toBeDefined();
  });

  it.each([
    'pr-{number}.dev',
    'pr{number}.dev',
    '{number}.dev',
    'a-{variant}-{number}-1.dev',
    '{number}.1.dev',
    'pr-{number}.{address}.nip.io',
  ])('%s is fine', (host) => {
    expect(config(host).review?.host).toBe(host);
  });

  it.each([
    ['pr-{number}.acme.dev', 'pr-7.acme.dev'],
    ['pr-{number}.acme.dev', 'pr-7-blue.acme.dev'],
    ['{variant}-pr-{number}.acme.dev', 'pr-12.acme.dev'],
    ['{number}.acme.dev', '2026.acme.dev'],
  ])('R16: %s is refused where an environment has the host %s', (host, own) => {
    expect(() => config(host, staging(own))).toThrow(/slipway\.yml:4:3: review\.host: .*environments\.staging/);
  });

  it.each([
    ['pr-{number}.acme.dev', 'staging.acme.dev'],
    ['pr-{number}.acme.dev', 'pr-x.acme.dev'],
    ['pr-{number}.acme.dev', 'pr-7.acmeXdev'],
    ['pr-{number}.acme.dev', 'pr-07.acme.dev'],
  ])('R16: %s does not meet %s', (host, own) => {
    expect(config(host, staging(own.toLowerCase())).review?.host).toBe(host);
  });
});
