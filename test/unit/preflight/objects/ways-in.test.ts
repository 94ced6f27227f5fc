import { describe, expect, it } from 'vitest';
import { edited, HEALTHY, judged, said } from './healthy-app.ts';

describe('the load balancer of Google', () => {
  const unprobed = 'readinessProbe: { httpGet: { path: /healthz, port: http } }';

  it('asks GET / where neither a probe nor a BackendConfig names a path', () => {
    const tcp = edited(unprobed, 'readinessProbe: { tcpSocket: { port: http } }');
    expect(said(judged(tcp))).toEqual(['balancer-asks-root warning']);
    const config = tcp.replace('timeoutSec: 3600', 'timeoutSec: 3600, healthCheck: { requestPath: /healthz }');
    expect(said(judged(config))).toEqual([]);
  });

  it('serves an Ingress without a class that has its annotations', () => {
    const classless = HEALTHY.replace('kubernetes.io/ingress.class: gce, ', '');
    expect(said(judged(classless))).toEqual([]);
    expect(said(judged(classless.replace(unprobed, '')))).toContain('balancer-asks-root warning');
    const both = classless.replace(
      'networking.gke.io',
      'nginx.ingress.kubernetes.io/proxy-body-size: 50m, networking.gke.io',
    );
    expect(said(judged(both))).toEqual(['annotation-of-another-controller warning']);
  });

  it('is not assumed for another class', () => {
    const other = HEALTHY.replace(/annotations: \{ kubernetes.io\/ingress.*/, 'annotations: {}').replace(
      unprobed,
      'readinessProbe: { tcpSocket: { port: http } }',
    );
    expect(said(judged(other))).toEqual([]);
  });
});

it('annotations of another controller', () => {
  const nginx = '{ nginx.ingress.kubernetes.io/proxy-body-size: 50m, kubernetes.io/ingress.class: traefik }';
  const ingress = (annotations: string) =>
    HEALTHY.replace(/annotations: \{ kubernetes.io\/ingress.*/, `annotations: ${annotations}`);
  expect(said(judged(ingress(nginx)))).toEqual(['annotation-of-another-controller warning']);
  expect(said(judged(ingress(nginx.replace('traefik', 'gateway-of-ours'))))).toEqual([]);
  const address = '{ kubernetes.io/ingress.global-static-ip-name: shop, kubernetes.io/ingress.class: traefik }';
  expect(said(judged(ingress(address)))).toEqual(['annotation-of-another-controller warning']);
});

it('nginx of F5 has the class of the retired controller, and is another one', () => {
  const ingress = (annotation: string) =>
    HEALTHY.replace(
      /annotations: \{ kubernetes.io\/ingress.*/,
      `annotations: { kubernetes.io/ingress.class: nginx, ${annotation}: "1" }`,
    );
  expect(said(judged(ingress('nginx.ingress.kubernetes.io/proxy-body-size')))).toEqual(['retired-controller note']);
  expect(said(judged(ingress('nginx.org/proxy-read-timeout')))).toEqual([]);
});

it('gRPC behind a route that speaks HTTP/1.1', () => {
  const grpc = edited('port: { number: 80 }', 'port: { number: 81 }');
  expect(said(judged(grpc))).toContain('grpc-behind-http1 warning');
  const told = grpc.replace(
    'annotations: { cloud',
    `annotations: { cloud.google.com/app-protocols: '{"grpc":"HTTP2"}', cloud`,
  );
  expect(said(judged(told))).not.toContain('grpc-behind-http1 warning');
});

it('an allow list behind a load balancer that hides its clients', () => {
  const list = edited('args: [serve]', 'args: [serve, --allow-ips=203.0.113.9]');
  expect(said(judged(list))).toEqual([]);
  expect(said(judged(list.replace('externalTrafficPolicy: Local, ', '')))).toEqual(['client-address-lost note']);
});

it('a route to a Service of another namespace is not judged by these', () => {
  const route = (namespace: string) =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: r, namespace: shop }\nspec: { rules: [{ backendRefs: [{ name: far, port: 80${namespace} }] }] }`;
  expect(said(judged(`${HEALTHY}---\n${route('')}`))).toEqual(['backend-missing note']);
  expect(said(judged(`${HEALTHY}---\n${route(', namespace: other')}`))).toEqual([]);
});

describe('a Gateway of GKE', () => {
  const objects = (className: string, policies = '') => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shared, namespace: infra }
spec: { gatewayClassName: ${className} }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec: { parentRefs: [{ name: shared }], rules: [{ matches: [{ path: { value: /ws } }], backendRefs: [{ name: web, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ports: [{ port: 80 }] }
${policies}`;
  const policy = (kind: string, what: string) =>
    `---\napiVersion: networking.gke.io/v1\nkind: ${kind}\nmetadata: { name: web, namespace: shop }\nspec: { default: ${what}, targetRef: { group: "", kind: Service, name: web } }\n`;
  const health = policy('HealthCheckPolicy', '{ config: { type: HTTP } }');

  it('asks GET / and closes WebSockets, until policies say otherwise', () => {
    expect(said(judged(objects('gke-l7-rilb')))).toEqual(['balancer-asks-root warning', 'websocket-timeout warning']);
    expect(said(judged(objects('gke-l7-rilb', health)))).toEqual(['websocket-timeout warning']);
    expect(said(judged(objects('gke-l7-rilb', health + policy('GCPBackendPolicy', '{ timeoutSec: 3600 }'))))).toEqual(
      [],
    );
  });

  it('is not assumed for another class', () => {
    expect(said(judged(objects('istio')))).toEqual([]);
  });
});
