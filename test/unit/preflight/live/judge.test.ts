import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/ports.ts';
import type { LiveEnvironment } from '../../../../src/preflight/live/facts.ts';
import { judgeLive } from '../../../../src/preflight/live/judge.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const object = (kind: string, name: string, more: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', ...metadata },
  ...more,
});
const by = (manager: string, more: object = {}) => ({ managedFields: [{ manager, operation: 'Update' }], ...more });
const kinds = (all: readonly KubeObject[]) => {
  const found = new Map<string, KubeObject[]>();
  for (const one of all) found.set(one.kind, [...(found.get(one.kind) ?? []), one]);
  return found;
};
interface Scene {
  own?: KubeObject[];
  shared?: KubeObject[];
  recorded?: KubeObject[];
  written?: KubeObject[];
  version?: string;
}
const live = (
  environment: string,
  { own = [], shared = [], recorded, version = 'v1.34.4' }: Scene,
): LiveEnvironment => ({
  environment,
  namespace: 'shop',
  version,
  own: kinds(own),
  shared: kinds(shared),
  recorded,
});
const written = { promoteFrom: { production: 'staging' }, own: [], now: NOW };
const judged = (scene: Scene) =>
  judgeLive([live('staging', scene)], {
    ...written,
    sides: [{ environment: 'staging', objects: scene.written ?? [] }],
  });
const told = (scene: Scene) => judged(scene).map(({ code, severity, where }) => `${severity} ${code} ${where.object}`);
const web = (container: object = {}, pod: object = {}) =>
  object('Deployment', 'web', {
    spec: { template: { spec: { containers: [{ name: 'web', ...container }], ...pod } } },
  });

describe('made by hand', () => {
  const env = [{ name: 'CACHE_URL', value: 'memcached://cache:11211' }];
  const deployed = [web({ env }, { volumes: [{ name: 'x', configMap: { name: 'settings' } }] })];

  it('is a Service that a process uses, a ConfigMap that it reads, and a cron of nobody', () => {
    const own = [
      object('Service', 'cache', {}, by('kubectl-expose')),
      object('ConfigMap', 'settings', {}, by('Mozilla')),
      object('ConfigMap', 'unused', {}, by('kubectl-create')),
      object('CronJob', 'cleanup', {}, by('kubectl-create')),
    ];
    expect(told({ own, written: deployed })).toEqual([
      'note made-by-hand CronJob cleanup',
      'warning made-by-hand Service cache',
      'warning made-by-hand ConfigMap settings',
    ]);
    expect(judged({ own, written: deployed })[1]?.seen).toBe(
      'kubectl-expose made it in namespace shop, and no file of the app describes it; Deployment web uses it',
    );
  });

  it.each([
    ['of Helm', by('kubectl-create', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } })],
    ['with an owner', by('kubectl-create', { ownerReferences: [{ kind: 'Memcached' }] })],
    ['of kubectl apply', by('kubectl-client-side-apply')],
    ['of a controller', by('external-secrets')],
    ['of Slipway', by('kubectl-create', { labels: { 'slipway.dev/app': 'shop' } })],
  ])('is nothing %s', (_name, metadata) => {
    expect(told({ own: [object('Service', 'cache', {}, metadata)], written: deployed })).toEqual([]);
  });

  it('is nothing that slipway.yml or the last release describes', () => {
    const cache = object('Service', 'cache', {}, by('kubectl-edit'));
    expect(told({ own: [cache], written: [...deployed, cache] })).toEqual([]);
    expect(told({ own: [cache], recorded: [cache], written: deployed })).toEqual([]);
  });
});

describe('changed by hand', () => {
  const variables = (...names: string[]) => web({ env: names.map((name) => ({ name, value: '1' })) });
  const pair = (staging: KubeObject, production: KubeObject, recorded: KubeObject[] | undefined) =>
    judgeLive(
      [live('staging', { own: [staging], ...(recorded && { recorded }) }), live('production', { own: [production] })],
      { ...written, sides: [] },
    ).map(({ code, where, seen }) => `${code} ${where.environment}: ${where.object}: ${seen}`);

  it('is what the last release did not write and the next environment does not have', () => {
    const [only, ...more] = pair(variables('A', 'FLAG', 'BOTH'), variables('A', 'BOTH'), [variables('A')]);
    expect(only).toContain('changed-by-hand staging: Deployment web: staging has variable FLAG');
    expect(more).toEqual([]);
  });
  it('is not known without a record', () => expect(pair(variables('FLAG'), variables(), undefined)).toEqual([]));
});

describe('certificates', () => {
  const ingress = (count: number) =>
    object(
      'Ingress',
      'web',
      {},
      { annotations: { 'networking.gke.io/managed-certificates': Array(count).fill('c').join(',') } },
    );
  it('of one Ingress of Google have a limit', () => {
    expect(told({ own: [ingress(11)] })).toEqual([]);
    expect(told({ own: [ingress(12)] })).toEqual(['warning certificate-limit Ingress web']);
    expect(judged({ own: [ingress(15)] })).toMatchObject([{ confidence: 'proven' }]);
  });

  const issuer = (server: string) => object('ClusterIssuer', 'acme', { spec: { acme: { server } } });
  const [real, test] = ['', '-staging'].map((name) =>
    issuer(`https://acme${name}-v02.api.letsencrypt.org/directory`),
  ) as [KubeObject, KubeObject];
  const asked = (count: number, daysAgo = 1) =>
    Array.from({ length: count }, (_, index) => [
      object('Certificate', `pr-${index}`, {
        spec: { dnsNames: [`pr-${index}.review.acme.dev`], issuerRef: { kind: 'ClusterIssuer', name: 'acme' } },
      }),
      object(
        'CertificateRequest',
        `pr-${index}-1`,
        {},
        {
          creationTimestamp: new Date(NOW - daysAgo * 86_400_000).toISOString(),
          annotations: { 'cert-manager.io/certificate-name': `pr-${index}` },
        },
      ),
    ]).flat();
  it("of Let's Encrypt have one for a domain and week", () => {
    expect(told({ shared: [real, ...asked(39)] })).toEqual([]);
    expect(told({ shared: [real, ...asked(40)] })).toEqual(['note certificate-limit Certificate acme.dev']);
    expect(told({ shared: [real, ...asked(50)] })).toEqual(['warning certificate-limit Certificate acme.dev']);
    expect(told({ shared: [real, ...asked(50, 8)] })).toEqual([]);
    expect(told({ shared: [test, ...asked(50)] })).toEqual([]);
  });
  it("of Let's Encrypt have one for the same names", () => {
    const [certificate, request] = asked(1);
    const again = Array.from({ length: 4 }, () => request as KubeObject);
    expect(told({ shared: [real, certificate as KubeObject, ...again] })).toEqual([
      'note certificate-limit Certificate pr-0.review.acme.dev',
    ]);
  });
});

describe('autoscalers', () => {
  const scaler = (reason: string) =>
    object('HorizontalPodAutoscaler', 'web', {
      spec: { maxReplicas: 4, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
      status: { currentReplicas: 4, conditions: [{ type: 'ScalingLimited', status: 'True', reason }] },
    });
  it('of pods are at their end when their metric asks for more than their most', () => {
    expect(told({ own: [scaler('TooFewReplicas')] })).toEqual([]);
    expect(told({ own: [scaler('TooManyReplicas')] })).toEqual([
      'warning autoscaler-at-its-end HorizontalPodAutoscaler web',
    ]);
  });

  it('of nodes are at their end when a pod waits for a node', () => {
    const event = (message: string) =>
      object('Event', 'e', { message, involvedObject: { kind: 'Pod', name: 'web-1' } });
    const waits = "pod didn't trigger scale-up: 1 max node group size reached";
    expect(told({ own: [event("pod didn't trigger scale-up: 1 node(s) had untolerated taint")] })).toEqual([]);
    expect(told({ own: [event(waits)] })).toEqual(['warning autoscaler-at-its-end cluster autoscaler']);
  });

  it.each([
    [
      'YAML',
      'nodeGroups:\n- name: https://x/instanceGroups/pool-a\n  health:\n    cloudProviderTarget: 3\n    minSize: 1\n    maxSize: 3\n- name: pool-b\n  health:\n    cloudProviderTarget: 1\n    maxSize: 3\n',
    ],
    [
      'text',
      'NodeGroups:\n  Name: pool-a\n  Health: Healthy (ready=3 cloudProviderTarget=3 (minSize=1, maxSize=3))\n  Name: pool-b\n  Health: Healthy (ready=1 cloudProviderTarget=1 (minSize=1, maxSize=3))',
    ],
  ])('of nodes tell their end as %s', (_form, status) => {
    const [only, ...more] = judged({
      shared: [object('ConfigMap', 'cluster-autoscaler-status', { data: { status } })],
    });
    expect(only).toMatchObject({ severity: 'note' });
    expect(only?.seen).toBe('it cannot add nodes to pool-a (3): the pool has its most');
    expect(more).toEqual([]);
  });
});

describe('classes', () => {
  const isDefault = (group: string) => ({ annotations: { [`${group}.kubernetes.io/is-default-class`]: 'true' } });
  const storage = (metadata: object = {}) => object('StorageClass', 'standard', {}, metadata);
  const claim = (spec: object = {}) => object('PersistentVolumeClaim', 'data', { spec });
  const noVolumes = (scene: Scene, volumes: KubeObject[] = []) =>
    judgeLive(
      [{ ...live('staging', scene), shared: new Map([...kinds(scene.shared ?? []), ['PersistentVolume', volumes]]) }],
      {
        ...written,
        sides: [{ environment: 'staging', objects: scene.written ?? [] }],
      },
    ).map(({ severity, code, where }) => `${severity} ${code} ${where.object}`);

  it('of storage: a claim without one needs a default', () => {
    const database = object('StatefulSet', 'db', {
      spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] },
    });
    expect(noVolumes({ shared: [storage()], written: [claim(), database] })).toEqual([
      'error no-class PersistentVolumeClaim data',
      'error no-class StatefulSet db',
    ]);
    expect(noVolumes({ shared: [storage(isDefault('storageclass'))], written: [claim(), database] })).toEqual([]);
  });
  it('of storage: a claim with one needs that one, unless it is bound, names its volume, or wants none', () => {
    const fast = { storageClassName: 'fast' };
    expect(noVolumes({ shared: [storage()], written: [claim(fast)] })).toEqual([
      'error no-class PersistentVolumeClaim data',
    ]);
    expect(noVolumes({ shared: [storage()], written: [claim({ storageClassName: 'standard' })] })).toEqual([]);
    const bound = object('PersistentVolumeClaim', 'data', { status: { phase: 'Bound' } });
    expect(noVolumes({ shared: [storage()], own: [bound], written: [claim(fast)] })).toEqual([]);
    expect(noVolumes({ shared: [storage()], written: [claim({ ...fast, volumeName: 'v' })] })).toEqual([]);
    expect(noVolumes({ shared: [storage()], written: [claim({ storageClassName: '' })] })).toEqual([]);
  });
  it('of storage: a volume made by hand may have any', () => {
    const volume = object('PersistentVolume', 'v', { spec: { storageClassName: 'fast' } });
    expect(noVolumes({ shared: [storage()], written: [claim({ storageClassName: 'fast' })] }, [volume])).toEqual([
      'warning no-class PersistentVolumeClaim data',
    ]);
  });

  const ingress = (spec: object = {}, metadata: object = {}) => object('Ingress', 'web', { spec }, metadata);
  const of = (name: string, metadata: object = {}) => object('IngressClass', name, {}, metadata);
  it('of an Ingress must be there, or be the one default', () => {
    const standard = isDefault('ingressclass');
    expect(told({ shared: [of('a', standard)], written: [ingress()] })).toEqual([]);
    expect(told({ shared: [of('a')], written: [ingress()] })).toEqual(['warning no-class Ingress web']);
    expect(told({ shared: [of('a', standard), of('b', standard)], written: [ingress()] })).toEqual([
      'error no-class Ingress web',
    ]);
    expect(told({ shared: [of('a')], written: [ingress({ ingressClassName: 'b' })] })).toEqual([
      'error no-class Ingress web',
    ]);
    expect(told({ shared: [of('a')], written: [ingress({ ingressClassName: 'a' })] })).toEqual([]);
  });
  it('of an Ingress are built into GKE', () => {
    expect(told({ shared: [of('a')], written: [ingress()], version: 'v1.34.1-gke.100' })).toEqual([]);
    expect(told({ shared: [of('a')], written: [ingress({ ingressClassName: 'gce' })] })).toEqual([]);
    const old = { annotations: { 'kubernetes.io/ingress.class': 'gce' } };
    expect(told({ shared: [of('a')], written: [ingress({}, old)] })).toEqual([]);
  });
  it('that could not be read are not missing', () => {
    expect(told({ written: [claim(), ingress()] })).toEqual([]);
  });
});
