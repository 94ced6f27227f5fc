import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/ports.ts';
import { objectFindings } from '../../../../src/preflight/objects/judge.ts';

const object = (kind: string, spec: object, annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web', namespace: 'production', annotations },
  spec,
});
const deployment = (replicas: number, volumes: object[] = []) =>
  object('Deployment', {
    replicas,
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', ports: [{ containerPort: 80 }] }], volumes },
    },
  });
const budget = (spec: object) => object('PodDisruptionBudget', { selector: { matchLabels: { app: 'web' } }, ...spec });
const scaler = object('HorizontalPodAutoscaler', { scaleTargetRef: { kind: 'Deployment', name: 'web' } });
const found = (objects: KubeObject[], production = true) =>
  objectFindings({ environment: 'production', objects, production }).map(({ code, severity }) => `${code} ${severity}`);

it('nothing is wrong with two pods, a budget of one, and the ingress of Google', () => {
  const certificate = { 'networking.gke.io/managed-certificates': 'web', 'kubernetes.io/ingress.class': 'gce' };
  const cache = [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }];
  expect(found([deployment(2, cache), budget({ maxUnavailable: 1 }), object('Ingress', {}, certificate)])).toEqual([]);
});

describe('a budget', () => {
  it.each([{ maxUnavailable: 0 }, { maxUnavailable: '0%' }, { minAvailable: '100%' }, { minAvailable: 2 }])(
    '%o lets no pod of two be evicted',
    (spec) => expect(found([deployment(2), budget(spec)])).toEqual(['budget-blocks-drains warning']),
  );

  it('leaves room where it asks for fewer pods than there are, or an autoscaler adds some', () => {
    expect(found([deployment(3), budget({ minAvailable: 2 })])).toEqual([]);
    expect(found([deployment(2), scaler, budget({ minAvailable: 2 })])).toEqual([]);
  });
});

describe('one pod', () => {
  const service = object('Service', { selector: { app: 'web' }, ports: [{ port: 80 }] });
  const quiet = (one: KubeObject) => found([one, service]).filter((text) => text.startsWith('single'));

  it('is a finding in production alone, behind a Service, and without an autoscaler', () => {
    expect(quiet(deployment(1))).toEqual(['single-replica note']);
    expect(quiet(deployment(2))).toEqual([]);
    expect(found([deployment(1)])).toEqual([]);
    expect(found([deployment(1), service, scaler])).not.toContain('single-replica note');
    expect(found([deployment(1), service], false)).not.toContain('single-replica note');
  });

  it('is none for what runs alone: a database, a claim of its own, Recreate; nor beside another workload', () => {
    expect(quiet(deployment(1, [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]))).toEqual([]);
    const recreate = deployment(1);
    Object.assign(recreate.spec as object, { strategy: { type: 'Recreate' } });
    expect(quiet(recreate)).toEqual([]);
    const database = JSON.parse(
      JSON.stringify(deployment(1)).replace('"ports"', '"image":"docker.io/bitnami/redis:8","ports"'),
    );
    expect(quiet(database)).toEqual([]);
    const canary = { ...deployment(1), metadata: { ...deployment(1).metadata, name: 'canary' } };
    expect(found([deployment(1), canary, service])).not.toContain('single-replica note');
  });
});

it('a ManagedCertificate behind another controller', () => {
  const annotations = { 'networking.gke.io/managed-certificates': 'web' };
  expect(found([object('Ingress', { ingressClassName: 'nginx' }, annotations)])).toEqual([
    'certificate-without-its-controller error',
    'retired-controller note',
  ]);
});

it('a retired controller', () => {
  expect(found([object('Ingress', { ingressClassName: 'nginx' })])).toEqual(['retired-controller note']);
  expect(found([object('Ingress', { ingressClassName: 'traefik' })])).toEqual([]);
});

it('data in an emptyDir of several pods', () => {
  const volumes = [{ name: 'sessions', emptyDir: {} }];
  expect(found([deployment(2, volumes)])).toEqual(['data-in-empty-dir note']);
  expect(found([deployment(1, volumes)], false)).toEqual([]);
});
