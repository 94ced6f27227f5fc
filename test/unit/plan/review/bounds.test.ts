import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import type { Config } from '../../../../src/config/schema.ts';
import { UserError } from '../../../../src/errors.ts';
import { withinBounds } from '../../../../src/plan/review/bounds.ts';

const BASE = 'app: parking\nimage: { repository: r.example/apps/parking }\n';
const file = (more: string): Config => parseConfig(`${BASE}${more}`, 'slipway.yml');
const MAIN = 'review: { host: "pr-{number}.example.dev" }';

const within = (own: string, main: string | undefined = MAIN) =>
  withinBounds(file(own), { branch: 'main', config: main === undefined ? undefined : file(main) });

/** Details of the refusal: a line for each key. */
function refusedFor(own: string, main: string | undefined = MAIN): readonly string[] {
  try {
    within(own, main);
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
  return [];
}

describe('HRD-2: limits are those of the default branch', () => {
  const LIMITED = `review: { max: 3, quota: { cpu: "2", pods: 10 }, podSecurity: restricted }`;

  it('a pull request that asks for more gets the limit, and is told both values', () => {
    const own =
      'review: { max: 50, quota: { cpu: 2500m, memory: 900Gi, pods: 500, storage: 900Gi, ephemeralStorage: 900Gi }, podSecurity: baseline }';
    const { config, warnings } = within(own, LIMITED);
    expect(config.review).toMatchObject({
      max: 3,
      quota: { cpu: '2', memory: '8Gi', pods: 10, storage: '20Gi', ephemeralStorage: '32Gi' },
      podSecurity: 'restricted',
    });
    expect(warnings).toHaveLength(7);
    expect(warnings).toContain(
      'review.quota.cpu: this pull request asks for "2500m", and main allows "2", which counts',
    );
    expect(warnings).toContain('review.max: this pull request asks for 50, and main allows 3, which counts');
  });

  it('one that says nothing, or asks for less, gets no warning', () => {
    expect(within('', LIMITED)).toMatchObject({ config: { review: { max: 3, quota: { cpu: '2' } } }, warnings: [] });
    const { config, warnings } = within('review: { max: 1, quota: { cpu: 500m }, podSecurity: restricted }', LIMITED);
    expect(config.review).toMatchObject({ max: 1, quota: { cpu: '500m', pods: 10 } });
    expect(warnings).toEqual([]);
  });

  it('a default branch without slipway.yml allows the defaults of Slipway', () => {
    const bounds = { branch: 'main', config: undefined };
    const { config } = withinBounds(file('review: { quota: { cpu: "64" } }'), bounds);
    expect(config.review?.quota?.cpu).toBe('4');
    expect(() => withinBounds(file('review: { egress: [internet] }'), bounds)).toThrow(UserError);
    const introduced = file('review: { host: "pr-{number}.new.dev", access: { basicAuth: LOGIN } }');
    expect(withinBounds(introduced, bounds).config.review).toMatchObject({ host: 'pr-{number}.new.dev' });
  });
});

describe('HRD-2: the certificate is that of the default branch', () => {
  const SECURE = 'review: { tls: { issuer: review } }';

  it.each(['{ issuer: production }', 'false', '{ secret: other }'])('refuses %s', (tls) => {
    expect(refusedFor(`review: { tls: ${tls} }`, SECURE).join()).toContain('review.tls');
    expect(refusedFor(`review: { tls: ${tls} }`).join()).toContain('review.tls');
  });

  it('takes what the pull request leaves out, and leaves the choice to one that introduces review environments', () => {
    expect(within('', SECURE).config.review?.tls).toEqual({ issuer: 'review' });
    expect(within(SECURE, SECURE).config.review?.tls).toEqual({ issuer: 'review' });
    expect(within('review: { tls: false }', '').config.review?.tls).toBe(false);
  });
});

describe('SEC-26: a pull request does not keep its environment', () => {
  it.each([
    ['review: { ttl: 365d }', '', { ttl: '7d' }],
    ['review: { ttl: 8760h, sleep: 90d }', 'review: { ttl: 2d, sleep: 8h }', { ttl: '2d', sleep: '8h' }],
    ['', 'review: { ttl: 2d, sleep: 8h }', { ttl: '2d', sleep: '8h' }],
    ['review: { ttl: 1h, sleep: 10m }', 'review: { ttl: 2d, sleep: 8h }', { ttl: '1h', sleep: '10m' }],
    ['review: { ttl: 20d, sleep: 9h }', 'review: { ttl: 30d }', { ttl: '20d', sleep: '9h' }],
  ])('%s, where the default branch has "%s"', (own, main, expected) => {
    expect(within(own, main).config.review).toMatchObject(expected);
  });
});

describe('HRD-2: what guards others comes from the default branch', () => {
  it.each([
    [
      'review: { host: "pr-{number}.evil.dev" }',
      MAIN,
      /^review\.host: "pr-\{number\}\.evil\.dev"; main has "pr-\{number\}\.example\.dev"$/,
    ],
    [
      'review: { egress: [10.0.0.0/8] }',
      'review: { egress: [internet] }',
      /^review\.egress: \["10\.0\.0\.0\/8"\]; main has \["internet"\]$/,
    ],
    [
      'review: { cluster: { context: production } }',
      'review: { cluster: { context: review } }',
      /^review\.cluster: .*production/,
    ],
    [
      'review: { access: { allow: [0.0.0.0/0] } }',
      'review: { access: { allow: [203.0.113.0/24] } }',
      /^review\.access: /,
    ],
    ['review: { access: { basicAuth: OTHER } }', 'review: { access: { basicAuth: LOGIN } }', /^review\.access: /],
    [
      'review: { access: { allow: [203.0.113.9/32] } }',
      'review: { access: { basicAuth: LOGIN } }',
      /^review\.access: /,
    ],
    [
      'deploy: { processes: { api: { port: 1, host: "pr-7-{host}" } } }',
      MAIN,
      /^deploy\.processes\.api\.host: "pr-7-\{host\}"; main has \[\]$/,
    ],
    [
      'review: { allow: [RoleBinding, Role] }',
      'review: { allow: [Role] }',
      /^review\.allow: \["RoleBinding"\]; main has \["Role"\]$/,
    ],
    [
      'deploy: { helm: { chart: "oci://registry.example/charts/private", version: 1.0.0 } }',
      'deploy: { helm: { chart: "oci://registry.example/charts/app", version: 1.0.0 } }',
      /^deploy\.helm\.chart: "oci:.*private"; main has "oci:.*app"$/,
    ],
    [
      'deploy: { helm: { chart: app, repository: "https://internal.example", version: 1.0.0 } }',
      'deploy: { helm: { chart: chart } }',
      /^deploy\.helm\.chart: "https:.* app"; main has nothing$/,
    ],
    ['ingress: { annotations: { snippet: x } }', MAIN, /^ingress\.annotations: /],
    ['review: { ingress: { kind: load-balancer } }', MAIN, /^ingress\.kind: "load-balancer"; main has nothing$/],
    [
      'review: { database: { mode: shared } }',
      'review: { database: {} }',
      /^review\.database\.mode: "shared"; main has "isolated"$/,
    ],
    [
      'review: { database: { mode: shared, server: { secret: admin } } }',
      'review: { database: { mode: shared } }',
      /^review\.database\.server\.secret: /,
    ],
    [
      'review: { database: { mode: shared, server: { namespace: other } } }',
      'review: { database: { mode: shared } }',
      /^review\.database\.server\.namespace: /,
    ],
  ])('%s is refused where main has %s', (own, main, line) => {
    expect(refusedFor(own, main)).toEqual([expect.stringMatching(line)]);
  });

  it('under another name an app would be counted apart from review.max', () => {
    const config = file('review: { max: 1 }');
    expect(() => withinBounds({ ...config, app: 'other' }, { branch: 'main', config })).toThrow(UserError);
  });

  it('names all keys at once, and what to do', () => {
    expect(refusedFor('review: { host: "x-{number}.dev", egress: [internet] }')).toHaveLength(2);
    expect(() => within('review: { egress: [internet] }')).toThrow('asks for what main does not allow');
  });

  it('what the pull request leaves out is as on the default branch', () => {
    const main =
      'ingress: { kind: nginx, annotations: { a: b } }\nreview: { host: "pr-{number}.example.dev", access: { basicAuth: LOGIN }, cluster: { context: review }, ingress: { class: internal }, database: { mode: shared, server: { namespace: dbs } } }';
    const { config } = within('review: { database: { mode: shared } }', main);
    expect(config).toMatchObject({
      ingress: { kind: 'nginx', annotations: { a: 'b' } },
      review: {
        host: 'pr-{number}.example.dev',
        access: { basicAuth: 'LOGIN' },
        cluster: { context: 'review' },
        ingress: { class: 'internal' },
        database: { server: { namespace: 'dbs' } },
      },
    });
  });

  it('kinds of objects are allowed by the default branch alone; a chart may have another version', () => {
    expect(within('', 'review: { allow: [Role] }').config.review?.allow).toEqual(['Role']);
    expect(within('review: { allow: [] }', 'review: { allow: [Role] }').config.review?.allow).toEqual(['Role']);
    expect(within('', '').config.review?.allow).toEqual([]);
    const chart = (version: string) => `deploy: { helm: { chart: "oci://registry.example/a", version: ${version} } }`;
    expect(refusedFor(chart('1.1.0'), chart('1.0.0'))).toEqual([]);
  });

  it('a pull request that opens less, or the same, is let through', () => {
    const main = 'review: { egress: [internet, 10.1.0.0/16], access: { allow: [203.0.113.0/24] } }';
    const own = 'review: { egress: [198.51.100.0/24, 10.1.2.0/24], access: { allow: [203.0.113.8/32] } }';
    expect(refusedFor(own, main)).toEqual([]);
    expect(refusedFor('review: { egress: [10.0.0.0/8] }', main)).toHaveLength(1);
  });
});

describe('HRD-2: patches are those of the default branch', () => {
  const patch = (value: string) =>
    `deploy: { patches: [{ target: { kind: Service }, patch: [{ op: add, path: /spec/externalIPs, value: [${value}] }] }] }`;

  it('others are refused, also in review.patches; fewer are taken', () => {
    expect(refusedFor(patch('192.0.2.1'))[0]).toMatch(/^patches: .*192\.0\.2\.1.*; main has \[\]/);
    expect(refusedFor(patch('192.0.2.1'), patch('192.0.2.2'))[0]).toMatch(/^patches: /);
    expect(refusedFor('review: { patches: [{ target: { kind: Ingress }, patch: { spec: null } }] }')).toHaveLength(1);
    expect(within(patch('192.0.2.1'), patch('192.0.2.1')).config.deploy.patches).toHaveLength(1);
    expect(within('', patch('192.0.2.1')).config.deploy.patches).toBeUndefined();
  });
});
