import { describe, expect, it } from 'vitest';
import { appObjects } from '../../../../src/objects/app/app.ts';
import type { ProcessSpec } from '../../../../src/objects/app/app-spec.ts';
import type { IngressSpec } from '../../../../src/objects/ingress/ingress-spec.ts';
import { visits } from '../../../../src/objects/ingress/visits.ts';
import { appSpec, asSpec, ingressOf } from '../../../support/kube/spec.ts';

const BASE = asSpec(appSpec({ name: 'shop' }));
const processOf = (component: string, own: Partial<ProcessSpec>): ProcessSpec => {
  const [first] = BASE.processes;
  if (first === undefined) throw new Error('no process');
  return { ...first, name: `shop-${component}`, component, paths: [], health: undefined, ...own };
};
const PROCESSES = [
  processOf('web', { port: 3000, paths: ['/'], health: '/' }),
  processOf('api', { port: 8080, paths: ['/api', '/v2'], health: '/healthz', drainMs: 60_000 }),
  processOf('admin', { port: 9000, paths: ['/'], host: 'admin-{host}' }),
  processOf('inner', { port: 7000 }),
  processOf('worker', { port: undefined }),
];
const objectsOf = (ingress: Partial<IngressSpec>) =>
  appObjects({ ...BASE, ingress: ingressOf({ host: 'shop.dev', ...ingress }), processes: PROCESSES });
const named = (ingress: Partial<IngressSpec>, kind: string) =>
  objectsOf(ingress)
    .filter((one) => one.kind === kind)
    .map(({ metadata, spec }) => [metadata.name, spec] as const);
const backend = (name: string) => ({ service: { name, port: { name: 'http' } } });
const RULES = [
  {
    host: 'shop.dev',
    http: {
      paths: [
        { path: '/api', pathType: 'Prefix', backend: backend('shop-api') },
        { path: '/v2', pathType: 'Prefix', backend: backend('shop-api') },
        { path: '/', pathType: 'Prefix', backend: backend('shop-web') },
      ],
    },
  },
  { host: 'admin-shop.dev', http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend('shop-admin') }] } },
];

describe('several processes behind one app', () => {
  it.each(['ingress', 'nginx', 'skipper', 'gke'] as const)(
    '%s: are rules of one Ingress, each path of each host',
    (kind) => {
      const [[name, spec] = [], ...others] = named({ kind }, 'Ingress');
      expect(others).toEqual([]);
      expect(name).toBe('shop');
      expect(spec).toMatchObject({ rules: RULES });
    },
  );

  it('all hosts have the certificate', () => {
    expect(named({ tls: { by: 'secret', name: 'wildcard' } }, 'Ingress')[0]?.[1]).toMatchObject({
      tls: [{ hosts: ['shop.dev', 'admin-shop.dev'], secretName: 'wildcard' }],
    });
    expect(named({ kind: 'gke', tls: { by: 'managed' } }, 'ManagedCertificate')).toEqual([
      ['shop', { domains: ['shop.dev', 'admin-shop.dev'] }],
    ]);
  });

  it('GKE checks the health of each, on its own port', () => {
    expect(named({ kind: 'gke' }, 'BackendConfig')).toMatchObject([
      ['shop-web', { healthCheck: { requestPath: '/', port: 3000 }, connectionDraining: { drainingTimeoutSec: 31 } }],
      [
        'shop-api',
        { healthCheck: { requestPath: '/healthz', port: 8080 }, connectionDraining: { drainingTimeoutSec: 90 } },
      ],
      ['shop-admin', { healthCheck: { requestPath: '/', port: 9000 } }],
    ]);
    const services = objectsOf({ kind: 'gke' }).filter(({ kind }) => kind === 'Service');
    expect(services.map(({ metadata }) => metadata.annotations?.['cloud.google.com/backend-config'])).toEqual([
      '{"default":"shop-web"}',
      '{"default":"shop-api"}',
      '{"default":"shop-admin"}',
      undefined,
    ]);
  });

  it('a Gateway has a route for each host, and policies for each Service', () => {
    const gateway = { namespace: 'infra', name: 'shared', section: undefined };
    const routes = named({ kind: 'gateway', gateway, policies: true }, 'HTTPRoute');
    const rule = (value: string, name: string) => ({
      matches: [{ path: { type: 'PathPrefix', value } }],
      backendRefs: [{ name, port: 80 }],
    });
    expect(routes).toMatchObject([
      [
        'shop',
        { hostnames: ['shop.dev'], rules: [rule('/api', 'shop-api'), rule('/v2', 'shop-api'), rule('/', 'shop-web')] },
      ],
      ['shop-admin', { hostnames: ['admin-shop.dev'], rules: [rule('/', 'shop-admin')] }],
    ]);
    for (const kind of ['HealthCheckPolicy', 'GCPBackendPolicy']) {
      expect(named({ kind: 'gateway', gateway, policies: true }, kind).map(([name]) => name)).toEqual([
        'shop-web',
        'shop-api',
        'shop-admin',
      ]);
    }
  });

  it('the probes of each have its own host', () => {
    const hosts = objectsOf({})
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ spec }) => JSON.stringify(spec).match(/"Host","value":"([^"]*)"/)?.[1]);
    expect(hosts).toEqual(['shop.dev', 'shop.dev', undefined, undefined, undefined]);
  });

  it('only processes with a path have a load balancer', () => {
    const processes = PROCESSES.filter(({ component }) => component === 'api' || component === 'inner');
    const ingress = ingressOf({ kind: 'load-balancer', host: '', internal: 'none' });
    const types = appObjects({ ...BASE, ingress, processes })
      .filter(({ kind }) => kind === 'Service')
      .map(({ metadata, spec }) => [metadata.name, (spec as { type: string }).type]);
    expect(types).toEqual([
      ['shop-api', 'LoadBalancer'],
      ['shop-inner', 'ClusterIP'],
    ]);
  });

  it('a visitor looks at each: at its health path where requests reach it', () => {
    const ingress = ingressOf({ host: 'shop.dev' });
    expect(visits({ processes: PROCESSES }, ingress)).toEqual([
      { url: 'https://shop.dev', health: '/' },
      { url: 'https://shop.dev/api', health: undefined },
      { url: 'https://admin-shop.dev', health: undefined },
    ]);
    const api = processOf('api', { paths: ['/api/'], health: '/api/health' });
    expect(visits({ processes: [api] }, ingress)).toEqual([{ url: 'https://shop.dev', health: '/api/health' }]);
    const other = processOf('api', { paths: ['/api'], health: '/apihealth' });
    expect(visits({ processes: [other] }, ingress)).toEqual([{ url: 'https://shop.dev/api', health: undefined }]);
  });
});
