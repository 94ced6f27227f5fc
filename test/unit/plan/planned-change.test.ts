import { describe, expect, it } from 'vitest';
import { plannedFields, plannedLines } from '../../../src/plan/planned-change.ts';
import type { KubeObject } from '../../../src/ports.ts';

const OURS = {
  'f:metadata': { 'f:labels': { 'f:app': {}, 'f:tier': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:template': {
      'f:spec': {
        'f:containers': {
          'k:{"name":"web"}': {
            '.': {},
            'f:name': {},
            'f:image': {},
            'f:env': { 'k:{"name":"MODE"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
            'f:resources': { 'f:requests': { 'f:cpu': {} } },
          },
        },
      },
    },
  },
};

/** As the server stores it: with defaults, and with fields of others. */
function live(managed: object[] = []): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'n',
      uid: '1',
      labels: { app: 'web', tier: 'front', other: 'theirs' },
      managedFields: [{ manager: 'slipway', operation: 'Apply', fieldsV1: OURS }, ...managed],
    },
    spec: {
      replicas: 2,
      strategy: { type: 'RollingUpdate' },
      template: {
        spec: {
          dnsPolicy: 'ClusterFirst',
          containers: [
            {
              name: 'web',
              image: 'r/web:1',
              imagePullPolicy: 'Always',
              env: [{ name: 'MODE', value: 'a' }],
              resources: { requests: { cpu: '500m' } },
            },
          ],
        },
      },
    },
    status: { replicas: 2 },
  };
}

function wanted(change: { container?: object; replicas?: number; labels?: object } = {}): KubeObject {
  const container = {
    name: 'web',
    image: 'r/web:1',
    env: [{ name: 'MODE', value: 'a' }],
    resources: { requests: { cpu: 0.5 } },
    ...change.container,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'n', labels: { app: 'web', tier: 'front', ...change.labels } },
    spec: { replicas: change.replicas ?? 2, template: { spec: { containers: [container] } } },
  };
}

const lines = (object: KubeObject, stored = live()) => plannedLines(plannedFields(object, stored), object.kind);

describe('F9: what an apply would change, without asking the server', () => {
  it('is nothing where only defaults, fields of others, and the notation differ', () => {
    expect(lines(wanted())).toEqual([]);
  });

  it('is each field with its old and its new value', () => {
    expect(lines(wanted({ container: { image: 'r/web:2' }, replicas: 3 }))).toEqual([
      'spec.replicas: 2 → 3',
      'spec.template.spec.containers[web].image: "r/web:1" → "r/web:2"',
    ]);
  });

  it('is what Slipway applied before and the object lacks', () => {
    const changed = lines(wanted({ container: { env: [] }, labels: { tier: undefined } }));
    expect(changed).toEqual([
      'spec.template.spec.containers[web].env[MODE]: {"name":"MODE","value":"a"} → (none)',
      'metadata.labels.tier: "front" → (none)',
    ]);
  });

  it('is a container that is new', () => {
    const object = wanted();
    const { containers } = (object.spec as { template: { spec: { containers: object[] } } }).template.spec;
    containers.push({ name: 'proxy', image: 'r/proxy:1' });
    expect(lines(object)).toEqual([
      'spec.template.spec.containers[proxy]: (none) → {"name":"proxy","image":"r/proxy:1"}',
    ]);
  });

  it('is the part that differs of a list that counts as a whole, without defaults in it', () => {
    const ingress = (paths: object[]): KubeObject => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web' },
      spec: { rules: [{ host: 'a.dev', http: { paths } }] },
    });
    const stored = ingress([{ path: '/a', pathType: 'Prefix', added: 'default' }, { path: '/b' }]);
    expect(lines(ingress([{ path: '/a', pathType: 'Prefix' }, { path: '/b' }]), stored)).toEqual([]);
    expect(lines(ingress([{ path: '/c', pathType: 'Prefix' }]), stored)).toEqual([
      'spec.rules[0].http.paths[0].path: "/a" → "/c"',
      'spec.rules[0].http.paths[1]: {"path":"/b"} → (none)',
    ]);
  });

  it('names the manager with which the server would refuse it', () => {
    const edited = live([
      { manager: 'kubectl-edit', operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ]);
    expect(lines(wanted({ replicas: 5 }), edited)).toEqual([
      'spec.replicas: 2 → 5 (kubectl-edit manages it: the rollout would be refused)',
    ]);
  });

  it('shows no value of a Secret, however it is written', () => {
    const secret = (data: object): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      ...data,
    });
    const stored = secret({ data: { key: Buffer.from('old').toString('base64') } });
    expect(lines(secret({ stringData: { key: 'old' } }), stored)).toEqual([]);
    const [line] = lines(secret({ stringData: { key: 'new' } }), stored);
    expect(line).toMatch(/^data\.key: \*\*\*/);
    expect(line).not.toContain('new');
  });
});
