import { describe, expect, it } from 'vitest';
import { withRoutes } from '../../../../../src/plan/review/own-objects/routes.ts';
import { planReviewUp } from '../../../../../src/plan/review-plan.ts';
import type { KubeObject } from '../../../../../src/ports.ts';
import { APP_IMAGE, fromFile, ingressOf, objectOf, serviceOf, webOf } from '../../../../support/unit/rendered.ts';
import { configOf, pullRequest, reviewInputsOf } from '../../../../support/unit/review.ts';

const HOST = 'pr-7.parking.localhost';
const appOf = (more = 'ingress: { class: shared }') =>
  planReviewUp(reviewInputsOf(), configOf(more), pullRequest(), 7, undefined).app;
const route = (objects: KubeObject[], more?: string) =>
  withRoutes(
    objects.map((object) => fromFile(object)),
    appOf(more),
    new Set([APP_IMAGE]),
  );
const found = (routed: ReturnType<typeof route>, kind: string) =>
  routed.rendered.filter(({ object }) => object.kind === kind).map(({ object }) => object);
const httpRoute = (spec: object) => objectOf('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', { spec });

describe('the routes of a team in a review environment', () => {
  it('an Ingress gets host and class of the environment, and keeps its paths', () => {
    const tls = [{ hosts: ['parking.acme.dev'], secretName: 'parking-tls' }];
    const own = ingressOf({ ingressClassName: 'other', tls }, { annotations: { 'helm.sh/chart': 'x-1' } });
    const routed = route([webOf(), serviceOf(), own]);
    const [made] = found(routed, 'Ingress');
    expect(made?.spec).toEqual({
      ingressClassName: 'shared',
      rules: [{ host: HOST, http: { paths: [expect.objectContaining({ path: '/' })] } }],
    });
    expect(made?.metadata.annotations).toEqual({ 'helm.sh/chart': 'x-1' });
    expect(routed.fronts).toEqual([{ service: 'web', port: 80, selector: { app: 'web' }, podPorts: [8080] }]);
    expect(routed.notes).toEqual([`host parking.acme.dev is ${HOST} in this environment`]);
  });

  it('a rule without a host would take every host, and gets that of the environment', () => {
    const rules = (ingressOf().spec as { rules: object[] }).rules.map((rule) => ({ ...rule, host: undefined }));
    const [made] = found(route([webOf(), serviceOf(), ingressOf({ rules })]), 'Ingress');
    expect(made?.spec).toMatchObject({ rules: [{ host: HOST }] });
  });

  it('the guard of review.access is on the routes of the team', () => {
    const more = 'ingress: { kind: nginx, class: nginx }\nreview: { access: { allow: [10.0.0.0/8] } }';
    const [made] = found(route([webOf(), serviceOf(), ingressOf()], more), 'Ingress');
    expect(made?.metadata.annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8',
    });
  });

  it('without an Ingress, Slipway adds one for the only Service of the app', () => {
    const routed = route([webOf(), serviceOf('front'), serviceOf('other', { selector: { app: 'db' } })]);
    expect(found(routed, 'Ingress')[0]?.spec).toMatchObject({
      rules: [{ host: HOST, http: { paths: [{ backend: { service: { name: 'front', port: { number: 80 } } } }] } }],
    });
    expect(routed.notes).toEqual(['the objects have no Ingress: Slipway adds one for Service front']);
    expect(route([webOf(), serviceOf('a'), serviceOf('b', { clusterIP: 'None' })]).fronts).toHaveLength(1);
    expect(() => route([webOf(), serviceOf('a'), serviceOf('b')])).toThrow(/several Services lead .*: a, b/);
    expect(() => route([webOf()])).toThrow(/no Service leads to pods/);
  });

  const SNIPPET = { annotations: { 'nginx.ingress.kubernetes.io/configuration-snippet': 'return 200;' } };
  it.each([
    [ingressOf({}, SNIPPET), 'configuration-snippet is not in ingress.annotations'],
    [ingressOf({ defaultBackend: { service: { name: 'web' } } }), 'defaultBackend'],
    [
      ingressOf({ rules: [{ http: { paths: [{ path: '/', backend: { resource: {} } }] } }] }),
      'a backend is no Service',
    ],
    [ingressOf({ rules: [{ http: { paths: [{ path: '/a{;', backend: {} }] } }] }), 'a path has characters'],
    [ingressOf({ rules: [] }), 'it has no rules'],
    [httpRoute({ rules: [{}] }), 'with ingress.kind: ingress, a route is of kind Ingress'],
    [ingressOf({ rules: [{ host: 'a.dev' }, { host: 'b.dev' }] }), 'host a.dev'],
  ])('refuses %#', (object, message) => {
    expect(() => route([webOf(), serviceOf(), object])).toThrow(message);
  });

  it('an annotation of slipway.yml may be there; a class needs ingress.class', () => {
    const own = ingressOf({}, { annotations: { 'x.dev/a': '1' } });
    const more = 'ingress: { class: shared, annotations: { x.dev/a: "1" } }';
    expect(found(route([webOf(), serviceOf(), own], more), 'Ingress')[0]?.metadata.annotations).toEqual({
      'x.dev/a': '1',
    });
    expect(() => route([webOf(), serviceOf(), own], more.replace('"1"', '"2"'))).toThrow(/x\.dev\/a/);
    expect(() => route([webOf(), serviceOf(), ingressOf({ ingressClassName: 'internal' })], '')).toThrow(
      /class internal/,
    );
  });

  it('an HTTPRoute attaches to the Gateway of slipway.yml, and leads to Services of the namespace only', () => {
    const more = 'ingress: { kind: gateway, gateway: gateways/shared }';
    const rules = [{ backendRefs: [{ name: 'web', port: 80 }] }];
    const own = httpRoute({ parentRefs: [{ name: 'internal', namespace: 'secret' }], hostnames: ['a.dev'], rules });
    const [made] = found(route([webOf(), serviceOf(), own], more), 'HTTPRoute');
    expect(made?.spec).toEqual({ parentRefs: [{ name: 'shared', namespace: 'gateways' }], hostnames: [HOST], rules });
    const bad = (rule: object) => () => route([webOf(), serviceOf(), httpRoute({ rules: [rule] })], more);
    expect(bad({ backendRefs: [{ name: 'db', namespace: 'staging' }] })).toThrow(/another namespace/);
    expect(bad({ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { namespace: 'x' } } }] })).toThrow(
      /another namespace/,
    );
    expect(bad({ filters: [{ type: 'ExtensionRef' }] })).toThrow(/extension/);
    expect(bad({ backendRefs: [{ name: 'b', kind: 'Bucket' }] })).toThrow(/a backend is no Service/);
    expect(bad({ backendRefs: [{ name: 'b', group: 'multicluster.x-k8s.io' }] })).toThrow(/a backend is no Service/);
    for (const [type, key] of [
      ['RequestMirror', 'requestMirror'],
      ['ExternalAuth', 'externalAuth'],
    ]) {
      const filter = (backendRef: object) => ({ filters: [{ type, [String(key)]: { backendRef } }] });
      expect(bad(filter({ name: 'b', kind: 'ServiceImport', group: 'multicluster.x-k8s.io' }))).toThrow(
        /a backend is no Service/,
      );
      expect(bad(filter({ name: 'b', namespace: 'staging' }))).toThrow(/another namespace/);
    }
  });
});
