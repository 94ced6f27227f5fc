import { describe, expect, it } from 'vitest';
import { leadsTo } from '../../../../src/objects/ingress/leads-to.ts';
import { objectOf } from '../../../support/unit/rendered.ts';

const HOST = 'staging.parking.acme.dev';
const ingress = (spec: object) => objectOf('networking.k8s.io/v1', 'Ingress', 'web', { spec });
const service = (type?: string) => objectOf('v1', 'Service', 'web', { spec: { type, ports: [{ port: 80 }] } });
const deployment = objectOf('apps/v1', 'Deployment', 'web', { spec: { template: { spec: { containers: [] } } } });

describe('whether objects lead to a host', () => {
  it.each([
    ['an Ingress with the host', ingress({ rules: [{ host: HOST }] })],
    ['one in other letters', ingress({ rules: [{ host: 'Staging.Parking.acme.dev' }] })],
    ['a wildcard', ingress({ rules: [{ host: '*.parking.acme.dev' }] })],
    ['an Ingress for every host', ingress({ rules: [{ http: { paths: [] } }] })],
    ['a default backend', ingress({ defaultBackend: { service: { name: 'web' } } })],
    [
      'a route of the Gateway API',
      objectOf('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', { spec: { hostnames: [HOST] } }),
    ],
    ['another kind', objectOf('networking.istio.io/v1', 'VirtualService', 'web', { spec: { hosts: [HOST] } })],
    ['an address of its own', service('LoadBalancer')],
    ['a port of every node', service('NodePort')],
  ])('%s does', (_, object) => {
    expect(leadsTo(HOST, [deployment, object])).toBe(true);
  });

  it.each([
    ['no Ingress', service()],
    ['a Service without a type', service('ClusterIP')],
    ['another host', ingress({ rules: [{ host: 'parking.acme.dev' }] })],
    ['a wildcard of another domain', ingress({ rules: [{ host: '*.acme.dev' }] })],
  ])('%s does not', (_, object) => {
    expect(leadsTo(HOST, [deployment, object])).toBe(false);
  });
});
