import { describe, expect, it } from 'vitest';
import { routeVisits } from '../../../../src/objects/ingress/visits.ts';
import type { KubeObject } from '../../../../src/ports.ts';

const healthOf = (service: string) => (service === 'api' ? '/api/healthz' : undefined);
const route = (spec: object): KubeObject => ({
  apiVersion: 'x',
  kind: 'x',
  metadata: { name: 'r' },
  spec,
});
const http = (path: string | undefined, name: string) => ({
  http: { paths: [{ path, backend: { service: { name } } }] },
});
const match = (value: string, name: string) => ({ matches: [{ path: { value } }], backendRefs: [{ name }] });

describe('visits of a live route', () => {
  it('an Ingress: one for each Service of the host, and of rules without a host', () => {
    const rules = [
      { host: 'a.dev', ...http('/api', 'api') },
      { host: 'b.dev', ...http('/', 'other') },
      http(undefined, 'web'),
    ];
    expect(routeVisits(route({ rules }), 'https://a.dev', healthOf)).toEqual([
      { url: 'https://a.dev', health: '/api/healthz' },
      { url: 'https://a.dev', health: undefined },
    ]);
  });

  it('an HTTPRoute: none for a route of other hosts', () => {
    const rules = [match('/api', 'api'), match('/shop', 'web')];
    expect(routeVisits(route({ hostnames: ['a.dev'], rules }), 'https://a.dev', healthOf)).toEqual([
      { url: 'https://a.dev', health: '/api/healthz' },
      { url: 'https://a.dev/shop', health: undefined },
    ]);
    expect(routeVisits(route({ hostnames: ['b.dev'], rules }), 'https://a.dev', healthOf)).toEqual([]);
    expect(routeVisits(route({ rules }), 'https://a.dev', healthOf)).toHaveLength(2);
  });
});
