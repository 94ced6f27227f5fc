import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/ports.ts';
import { contractFindings, type Known } from '../../../../src/preflight/side-by-side/contracts.ts';

const service = (name: string, port: number, spec: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { ports: [{ port }], ...spec },
});
const web = (env: Record<string, string>, pod: object = {}, container: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    template: {
      spec: {
        containers: [{ name: 'web', env: Object.entries(env).map(([name, value]) => ({ name, value })), ...container }],
        ...pod,
      },
    },
  },
});
const NOTHING: Known = { live: new Map(), dialled: new Set() };
const found = (objects: KubeObject[], known = NOTHING) =>
  contractFindings([{ environment: 'staging', objects }], known);
const seen = (objects: KubeObject[], known = NOTHING) => found(objects, known).map((one) => one.seen);

it('says nothing about names that a Service answers, names outside, and names of the pod', () => {
  const env = {
    CACHE_URL: 'redis://:secret@cache:6379/0',
    API: 'http://api.shop.svc.cluster.local:80/v1',
    HEADLESS: 'http://pods:9999',
    OUTSIDE: 'https://api.example.com',
    DB_HOST: '10.0.0.5',
    LOCAL_HOST: 'localhost',
    HOST: 'web-1',
    BIND_ADDR: 'everywhere:80',
    ALIAS_HOST: 'legacy',
    FAR: 'http://x.elsewhere.svc/',
    TITLE: 'cache',
  };
  const services = [service('cache', 6379), service('api', 80), service('pods', 1, { clusterIP: 'None' })];
  expect(seen([web(env, { hostAliases: [{ ip: '10.0.0.7', hostnames: ['legacy'] }] }), ...services])).toEqual([]);
});

it.each([
  ['a URL', { CACHE_URL: 'redis://cache:6379' }, 'cache'],
  ['a JDBC URL with a password', { DB: 'jdbc:postgresql://me:pw@database/app' }, 'database'],
  ['the second host of a URL', { MONGO: 'mongodb://me:p@10.0.0.1:27017,mongo:27018/db?x=y' }, 'mongo'],
  ['a second URL', { URLS: 'https://a.example.com/x,http://queue' }, 'queue'],
  ['a variable for a host', { QUEUE_HOST: 'queue' }, 'queue'],
  ['a list of hosts', { KAFKA_BROKERS: '10.0.0.1:9092,kafka:9092' }, 'kafka'],
  ['a whole name', { API_URL: 'http://api.shop.svc' }, 'api.shop.svc'],
])('%s that names no Service is possibly wrong: another team may have it', (_form, env, host) => {
  const [only, ...more] = found([web(env)]);
  expect(only).toMatchObject({ code: 'no-service-answers', severity: 'note', where: { environment: 'staging' } });
  expect(only?.seen).toContain(`names ${host}, and namespace shop as slipway.yml describes it has no such Service`);
  expect(more).toEqual([]);
});

it('reads commands, and the ConfigMaps that a pod takes its variables from', () => {
  const map: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop' },
    data: { MAIL_HOST: 'mail' },
  };
  const container = { args: ['--queue=amqp://queue'], envFrom: [{ configMapRef: { name: 'settings' } }] };
  expect(seen([web({}, {}, container), map])).toEqual([
    expect.stringContaining('variable MAIL_HOST names mail'),
    expect.stringContaining('its command names queue'),
  ]);
});

it('a port that the Service does not have is answered by nobody', () => {
  const [only] = found([web({ API_URL: 'http://api:8080' }), service('api', 80)]);
  expect(only).toMatchObject({ severity: 'warning', confidence: 'likely' });
  expect(only?.seen).toBe('variable API_URL names api with port 8080, and Service api has port 80');
  expect(seen([web({ API_URL: 'https://api' }), service('api', 80)])).toHaveLength(1);
});

describe('with the Services of the cluster', () => {
  const live = new Map([['shop', [service('by-hand', 80)]]]);
  it('a Service that no file describes answers', () => {
    expect(seen([web({ A_URL: 'http://by-hand' })], { live, dialled: new Set() })).toEqual([]);
  });
  it('a missing one that the process asked for is proven', () => {
    const known = { live, dialled: new Set(['cache']) };
    expect(found([web({ A_URL: 'http://cache' })], known)).toMatchObject([{ severity: 'error', confidence: 'proven' }]);
    expect(found([web({ A_URL: 'http://queue' })], known)).toMatchObject([{ severity: 'warning' }]);
  });
});

it.each([
  ['names of listeners', { KAFKA_LISTENERS: 'CLIENT://:9092,CONTROLLER://:9093' }],
  ['the schemes of a list of URLs', { SEEDS: 'http://api,https://api:80' }],
  ['a switch', { LOG_HOSTNAME: 'false', SHOW_HOST: 'Yes' }],
  ['a scheme with the name of a property', { X: 'constructor://api' }],
  ['a bucket, a model and a table of a database', { A: 's3://media/x', M: 'hf://google/x', D: 'sqlite://db' }],
  ['the API server', { K8S: 'https://kubernetes.default.svc' }],
  ['a Service of a namespace that others fill', { TRACES: 'http://collector.observability.svc:4317' }],
])('says nothing about %s', (_form, env) => {
  const monitor = { ...service('scraped', 1), kind: 'Service', metadata: { name: 'x', namespace: 'observability' } };
  const local = { ...web({}), metadata: { name: 'other', namespace: 'default' } };
  expect(seen([web(env), service('api', 80), monitor, local])).toEqual([]);
});

it('reads single keys of ConfigMaps, also below a variable of another name', () => {
  const map: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop' },
    data: { cache: 'redis://cache' },
  };
  const env = [{ name: 'CACHE_URL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'cache' } } }];
  expect(seen([web({}, {}, { env }), map])).toEqual([expect.stringContaining('variable CACHE_URL names cache')]);
});

it('a Service that an operator may make is possibly missing', () => {
  const cluster: KubeObject = {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name: 'db', namespace: 'shop' },
  };
  const route = { ...cluster, apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' };
  const asks = web({ DB_HOST: 'db-rw' });
  expect(found([asks, cluster])).toMatchObject([
    { severity: 'note', confidence: 'possible', seen: expect.stringContaining('may make it for Cluster db') },
  ]);
  expect(seen([asks, route])).toEqual([expect.not.stringContaining('may make it')]);
});

it.each([
  ['the namespace has one of a longer name', [service('staging-db', 5432)], []],
  ['another environment has it', [], [{ ...service('db', 5432), metadata: { name: 'db', namespace: 'shop-2' } }]],
])('a Service is likely missing where %s', (_form, own, others) => {
  const sides = [
    { environment: 'staging', objects: [web({ DB_HOST: 'db' }), ...own] },
    { environment: 'production', objects: others },
  ];
  expect(contractFindings(sides, NOTHING)).toMatchObject([{ severity: 'warning', confidence: 'likely' }]);
});
