import { describe, expect, it } from 'vitest';
import type { IngressSpec } from '../../../../src/objects/ingress/ingress-spec.ts';
import { loginOf } from '../../../../src/objects/ingress/login.ts';
import { appObjects, appSpec, ingressOf, type OneApp } from '../../../support/kube/spec.ts';

const objectsOf = (ingress: Partial<IngressSpec>, spec: Partial<OneApp> = {}) =>
  new Map(appObjects(appSpec({ ingress: ingressOf(ingress), ...spec })).map((object) => [object.kind, object]));
const annotationsOf = (ingress: Partial<IngressSpec>, kind = 'Ingress') =>
  objectsOf(ingress).get(kind)?.metadata.annotations ?? {};

describe('an Ingress of GKE', () => {
  const objects = objectsOf({ kind: 'gke', className: 'gce', tls: { by: 'managed' }, timeoutSeconds: 7_200 });

  it('tells the load balancer the health path, on the port of the pods, and lets WebSockets live', () => {
    expect(objects.get('BackendConfig')).toMatchObject({
      apiVersion: 'cloud.google.com/v1',
      metadata: { name: 'web', namespace: 'parking-staging', labels: { 'app.kubernetes.io/managed-by': 'slipway' } },
      spec: {
        healthCheck: { type: 'HTTP', requestPath: '/healthz', port: 8080 },
        timeoutSec: 7_200,
        connectionDraining: { drainingTimeoutSec: 31 },
      },
    });
    expect(objects.get('Service')?.metadata.annotations).toEqual({
      'cloud.google.com/backend-config': '{"default":"web"}',
      'cloud.google.com/neg': '{"ingress":true}',
    });
  });

  it('has its class as an annotation, which is where that controller looks', () => {
    expect(objects.get('Ingress')?.metadata.annotations).toMatchObject({ 'kubernetes.io/ingress.class': 'gce' });
    expect(objects.get('Ingress')?.spec).not.toHaveProperty('ingressClassName');
  });

  it('is tied to its ManagedCertificate, or to a certificate of the project, without a Secret', () => {
    expect(objects.get('ManagedCertificate')?.spec).toEqual({ domains: ['parking.acme.dev'] });
    expect(objects.get('Ingress')?.metadata.annotations).toMatchObject({
      'networking.gke.io/managed-certificates': 'web',
    });
    expect(objects.get('Ingress')?.spec).not.toHaveProperty('tls');
    expect(annotationsOf({ kind: 'gke', tls: { by: 'pre-shared', name: 'wildcard' } })).toMatchObject({
      'ingress.gcp.kubernetes.io/pre-shared-cert': 'wildcard',
    });
  });
});

describe('a route of a Gateway', () => {
  const gateway = { namespace: 'infra', name: 'shared', section: 'https' };

  it('attaches the host to the listener, with the Service behind it', () => {
    const objects = objectsOf({ kind: 'gateway', gateway, policies: false });
    expect([...objects.keys()]).toEqual(['Deployment', 'Service', 'HTTPRoute', 'PodDisruptionBudget']);
    expect(objects.get('HTTPRoute')?.spec).toEqual({
      parentRefs: [{ name: 'shared', namespace: 'infra', sectionName: 'https' }],
      hostnames: ['parking.acme.dev'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: 'web', port: 80 }],
        },
      ],
    });
  });

  it('of GKE has its policies: the health path, or the port alone where there is none', () => {
    const ingress: Partial<IngressSpec> = { kind: 'gateway', gateway, policies: true };
    const targetRef = { group: '', kind: 'Service', name: 'web' };
    expect(objectsOf(ingress).get('HealthCheckPolicy')?.spec).toMatchObject({
      default: { config: { type: 'HTTP', httpHealthCheck: { requestPath: '/healthz', port: 8080 } } },
      targetRef,
    });
    expect(objectsOf(ingress, { health: undefined }).get('HealthCheckPolicy')?.spec).toMatchObject({
      default: { config: { type: 'TCP', tcpHealthCheck: { port: 8080 } } },
    });
    expect(objectsOf(ingress).get('GCPBackendPolicy')?.spec).toMatchObject({
      default: { timeoutSec: 3_600 },
      targetRef,
    });
  });
});

describe('an Ingress of ingress-nginx', () => {
  it('leaves silent connections alone for as long as it was told', () => {
    expect(annotationsOf({ kind: 'nginx' })).toEqual({
      'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600',
      'nginx.ingress.kubernetes.io/proxy-send-timeout': '3600',
    });
    const own = { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '5' };
    expect(annotationsOf({ kind: 'nginx', annotations: own })).toMatchObject(own);
  });

  it('asks for a login, whose hash is in a Secret beside it, and knows who may come', () => {
    const login = loginOf({ user: 'team', password: 'correct horse battery' }, 'salt');
    const access = { basicAuth: 'REVIEW_LOGIN', allow: ['203.0.113.0/24', '2001:db8::/32'] };
    const objects = objectsOf({ kind: 'nginx', access }, { login });
    const { auth = '' } = (objects.get('Secret')?.data ?? {}) as Record<string, string>;
    expect(Buffer.from(auth, 'base64').toString()).toMatch(/^team:\{SSHA\}[A-Za-z0-9+/=]+\n$/);
    expect(objects.get('Ingress')?.metadata.annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/auth-type': 'basic',
      'nginx.ingress.kubernetes.io/auth-secret': objects.get('Secret')?.metadata.name,
      'nginx.ingress.kubernetes.io/whitelist-source-range': '203.0.113.0/24,2001:db8::/32',
    });
    expect(JSON.stringify([...objects.values()])).not.toContain('correct horse');
  });
});

describe('certificates', () => {
  it('are the ingress controller’s own, a Secret’s, or cert-manager’s', () => {
    const tls = (ingress: Partial<IngressSpec>) =>
      (objectsOf(ingress).get('Ingress')?.spec as { tls?: object[] } | undefined)?.tls;
    const hosts = ['parking.acme.dev'];
    expect(tls({})).toEqual([{ hosts }]);
    expect(tls({ tls: { by: 'nobody' } })).toBeUndefined();
    expect(tls({ tls: { by: 'secret', name: 'wildcard' } })).toEqual([{ hosts, secretName: 'wildcard' }]);
    expect(tls({ tls: { by: 'issuer', name: 'letsencrypt' } })).toEqual([{ hosts, secretName: 'web-tls' }]);
    expect(annotationsOf({ tls: { by: 'issuer', name: 'letsencrypt' } })).toEqual({
      'cert-manager.io/cluster-issuer': 'letsencrypt',
    });
  });
});

describe('a load balancer of one app', () => {
  const service = (ingress: Partial<IngressSpec> = {}) =>
    objectsOf({ kind: 'load-balancer', host: '', ...ingress }).get('Service');

  it('is a Service on the port of the app, and nothing else', () => {
    expect(service()?.spec).toMatchObject({
      type: 'LoadBalancer',
      ports: [{ name: 'tcp', port: 8080, targetPort: 'http' }],
    });
    expect([...objectsOf({ kind: 'load-balancer', host: '' }).keys()]).toEqual([
      'Deployment',
      'Service',
      'PodDisruptionBudget',
    ]);
  });

  it('is internal by the word of the cloud that it is in', () => {
    expect(service({ internal: 'gke' })?.metadata.annotations).toEqual({
      'networking.gke.io/load-balancer-type': 'Internal',
    });
    expect(service({ internal: 'aws' })?.metadata.annotations).toEqual({
      'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal',
      'service.beta.kubernetes.io/aws-load-balancer-internal': 'true',
    });
    expect(service({ internal: 'none' })?.metadata).not.toHaveProperty('annotations');
  });

  it('lets in who may come', () => {
    const access = { basicAuth: undefined, allow: ['203.0.113.0/24'] };
    expect(service({ access })?.spec).toMatchObject({ loadBalancerSourceRanges: ['203.0.113.0/24'] });
  });
});
