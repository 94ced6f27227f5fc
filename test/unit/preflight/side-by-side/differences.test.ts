import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/ports.ts';
import { type Comparison, differenceFindings } from '../../../../src/preflight/side-by-side/differences.ts';

const OWN = 'ghcr.io/acme/shop';
const deployment = (name: string, container: object = {}, pod: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    template: { spec: { containers: [{ name: 'app', image: `${OWN}:1`, ...container }], ...pod } },
  },
});
const other = (kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...more },
});
const compared = (from: KubeObject[], to: KubeObject[], allowed: Comparison['allowed'] = []) =>
  differenceFindings(
    { from: { environment: 'staging', objects: from }, to: { environment: 'production', objects: to } },
    { allowed, own: [OWN] },
  );
const told = (from: KubeObject[], to: KubeObject[], allowed: Comparison['allowed'] = []) =>
  compared(from, to, allowed).map(({ severity, where }) => `${severity} ${where.object}`);
const env = (...names: string[]) => ({ env: names.map((name) => ({ name, value: name })) });

it('says nothing about equal environments, other values, the own image, and what only production has', () => {
  const staging = [deployment('web', env('A', 'B')), other('Secret', 'only-here')];
  const production = [deployment('web', { ...env('A', 'B', 'C'), image: `${OWN}:2` }), other('Service', 'web')];
  expect(compared(staging, production)).toEqual([]);
});

it('names variables, mounts and probes once, with all objects that have them', () => {
  const full = {
    ...env('DEBUG'),
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
    readinessProbe: { httpGet: { path: '/', port: 80 } },
  };
  const found = compared([deployment('web', full), deployment('api', full)], [deployment('web'), deployment('api')]);
  expect(found.map(({ code, severity, where }) => [code, severity, where.environment, where.object])).toEqual([
    ['missing-in-environment', 'warning', 'production', 'variable DEBUG'],
    ['missing-in-environment', 'warning', 'production', 'mount /data'],
    ['missing-in-environment', 'warning', 'production', 'readiness probe of container app'],
  ]);
  expect(found[0]?.seen).toBe('staging has variable DEBUG in Deployment web, Deployment api, and production does not');
});

it('does not know what a Secret holds that only production reads', () => {
  const production = deployment('web', { envFrom: [{ secretRef: { name: 'all' } }] });
  expect(told([deployment('web', env('DATABASE_URL'))], [production])).toEqual(['note variable DATABASE_URL']);
});

it('names an object that is missing: a process as a warning, a service and a budget as a note', () => {
  const cache = other('Service', 'cache', { labels: { 'slipway.dev/part': 'cache' } });
  const staging = [deployment('web'), deployment('worker'), cache, other('PodDisruptionBudget', 'web')];
  expect(told(staging, [deployment('web')])).toEqual([
    'warning Deployment worker',
    'note Service cache',
    'note PodDisruptionBudget web',
  ]);
});

it('names a service with the variables that lead to it, once, and as a warning where nothing replaces them', () => {
  const cache = other('Service', 'cache', { labels: { 'slipway.dev/part': 'cache' } });
  const variables = { CACHE_HOST: 'cache', CACHE_PORT: '6379', REDIS_URL: 'redis://cache:6379', CACHED: 'cached' };
  const given = { env: Object.entries(variables).map(([name, value]) => ({ name, value })) };
  const staging = [cache, deployment('web', given)];
  expect(told(staging, [deployment('web')])).toEqual(['warning Service cache', 'warning variable CACHED']);
  expect(compared(staging, [deployment('web')])[0]?.seen).toContain('(CACHE_HOST, CACHE_PORT, REDIS_URL)');
  const production = deployment('web', { envFrom: [{ secretRef: { name: 'managed' } }] });
  expect(told(staging, [production])).toEqual(['note Service cache', 'note variable CACHED']);
});

it('names a sidecar once, without its probes', () => {
  const sidecar = { name: 'proxy', image: 'proxy:2', startupProbe: {} };
  const staging = deployment('web', {}, { initContainers: [sidecar] });
  expect(told([staging], [deployment('web')])).toEqual(['warning container proxy']);
});

it('knows an object whose name has that of its environment', () => {
  expect(told([deployment('staging-web', env('A'))], [deployment('production-web', env('A'))])).toEqual([]);
  expect(told([deployment('web-staging', env('A'))], [deployment('web', env('B'))])).toEqual(['warning variable A']);
});

it('says that nothing is compared where the names have nothing in common', () => {
  const staging = [deployment('blue', env('A')), other('Service', 'blue')];
  expect(told(staging, [deployment('green')])).toEqual(['note every process']);
  expect(told(staging, [])).toEqual(['warning Deployment blue', 'warning Service blue']);
});

it('compares versions of images that are not of the app', () => {
  const [found] = compared([deployment('cache', { image: 'redis:8' })], [deployment('cache', { image: 'redis:7' })]);
  expect(found).toMatchObject({ code: 'other-version', severity: 'note', where: { object: 'Deployment cache' } });
  expect(found?.seen).toContain('staging runs 8, and production runs 7');
});

it('compares annotations of teams, and none of tools', () => {
  const annotated = other('Ingress', 'web', {
    annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '8m', 'kubectl.kubernetes.io/restartedAt': 'now' },
  });
  expect(told([annotated], [other('Ingress', 'web')])).toEqual([
    'note annotation nginx.ingress.kubernetes.io/proxy-body-size',
  ]);
});

describe('an allowed difference', () => {
  const staging = [deployment('web', env('DEBUG')), deployment('api', env('DEBUG'))];
  const production = [deployment('web'), deployment('api')];
  const allow = (where?: string) => [{ what: 'variable DEBUG', because: 'staging shows SQL', where }];

  it('is not said', () => expect(told(staging, production, allow())).toEqual([]));
  it('is said where another object has it as well', () =>
    expect(told(staging, production, allow('web'))).toEqual(['warning variable DEBUG']));
  it('holds for the object that it names', () =>
    expect(told(staging.slice(0, 1), production, allow('Deployment web'))).toEqual([]));
});

describe('names of environments in the names of objects', () => {
  const named = (name: string) => deployment(name, env('A'));
  it.each([
    ['a short form before', 'staging-web', 'prod-web'],
    ['a short form behind', 'web-stg', 'web-prd'],
    ['a short form within', 'shop-stage-web', 'shop-live-web'],
  ])('%s', (_form, from, to) => {
    expect(told([named(from), named('only-staging-here')], [deployment(to)])).toEqual([
      'warning Deployment only-here',
      'warning variable A',
    ]);
  });
  it('are words of a name that both have', () => {
    expect(told([named('load-staging'), named('load')], [named('load-staging'), named('load')])).toEqual([]);
  });
  it('do not make two objects one', () => {
    expect(told([named('web'), named('web-staging')], [deployment('web'), deployment('web-prod')])).toHaveLength(1);
    expect(told([named('web'), deployment('web-staging')], [named('web'), named('web-prod')])).toEqual([]);
  });
});

it('compares a Deployment with a Rollout or a StatefulSet of the same name', () => {
  const rollout = { ...deployment('web'), apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };
  expect(told([deployment('web', env('A'))], [rollout])).toEqual(['warning variable A']);
});

it('a lost database whose Service leads elsewhere now, and its headless Service, are notes', () => {
  const pods = { spec: { selector: {}, template: { metadata: { labels: { app: 'db' } }, spec: { containers: [] } } } };
  const database = other('StatefulSet', 'db') as KubeObject;
  const service = (name: string, spec: object): KubeObject => ({ ...other('Service', name), spec });
  const staging = [
    deployment('web'),
    { ...database, ...pods },
    service('db', { selector: { app: 'db' } }),
    service('db-pods', { selector: { app: 'db' }, clusterIP: 'None' }),
  ];
  const elsewhere = service('db', { type: 'ExternalName', externalName: 'db.example.com' });
  expect(told(staging, [deployment('web'), elsewhere])).toEqual(['note StatefulSet db', 'note Service db-pods']);
  expect(told(staging, [deployment('web'), service('db', { selector: { app: 'db' } })])[0]).toBe(
    'warning StatefulSet db',
  );
});

it('takes a ConfigMap of Kustomize for the same one, whatever its hash and its environment', () => {
  const from = (name: string) => deployment('web', { envFrom: [{ configMapRef: { name } }] });
  expect(told([from('staging-settings-5b7tkd2c99')], [from('prod-settings-m4h2f8g6k7')])).toEqual([]);
  expect(told([from('settings')], [from('flags')])).toEqual(['note variables of ConfigMap settings']);
});
