import { describe, expect, it } from 'vitest';
import { configRefsOfAll, withConfigHash } from '../../../src/objects/config-hash.ts';
import { type ConfigRef, configName } from '../../../src/objects/config-refs.ts';
import { podTemplateOf } from '../../../src/objects/pod-template.ts';
import type { KubeObject } from '../../../src/ports.ts';

const workload = (spec: Record<string, unknown>, kind = 'Deployment'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec: { template: { metadata: { annotations: { theirs: 'stays' } }, spec: { containers: [], ...spec } } },
});
const secret = (data: Record<string, unknown>, field = 'data'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'database' },
  [field]: data,
});
const base64 = (text: string) => Buffer.from(text).toString('base64');

const readsAll = workload({ containers: [{ name: 'web', envFrom: [{ secretRef: { name: 'database' } }] }] });
const readsKey = (optional = false) => {
  const secretKeyRef = { name: 'database', key: 'URL', optional };
  return workload({ containers: [{ name: 'web', env: [{ name: 'URL', valueFrom: { secretKeyRef } }] }] });
};

function hashOf(object: KubeObject, live: readonly KubeObject[], salt = 'salt'): string | undefined {
  const find = (ref: ConfigRef) => live.find(({ kind, metadata }) => configName(ref) === `${kind} ${metadata.name}`);
  const [made] = withConfigHash([object], salt, find);
  return podTemplateOf(made as KubeObject)?.metadata?.annotations?.['slipway.dev/config-hash'];
}

describe('what pods read', () => {
  it('is found in variables and volumes of all containers, projected volumes included', () => {
    const source = workload({
      initContainers: [{ name: 'init', envFrom: [{ configMapRef: { name: 'init', optional: true } }] }],
      containers: [
        { name: 'web', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'flags', key: 'b' } } }] },
        { name: 'side', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'flags', key: 'a' } } }] },
      ],
      imagePullSecrets: [{ name: 'registry' }],
      volumes: [
        { name: 'one', secret: { secretName: 'tls', items: [{ key: 'tls.crt', path: 'crt' }] } },
        { name: 'two', projected: { sources: [{ secret: { name: 'tls' } }, { configMap: { name: 'ca' } }] } },
        { name: 'three', configMap: { name: 'files' } },
        { name: 'four', emptyDir: {} },
      ],
    });
    expect(configRefsOfAll([source])).toEqual([
      { kind: 'ConfigMap', name: 'ca', keys: undefined },
      { kind: 'ConfigMap', name: 'files', keys: undefined },
      { kind: 'ConfigMap', name: 'flags', keys: ['a', 'b'] },
      { kind: 'ConfigMap', name: 'init', keys: undefined },
      { kind: 'Secret', name: 'tls', keys: undefined },
    ]);
  });

  it('is of no interest for what starts new pods by itself', () => {
    expect(hashOf({ ...readsAll, kind: 'Job' }, [])).toBeUndefined();
    expect(hashOf({ ...readsAll, kind: 'StatefulSet' }, [])).toMatch(/^[0-9a-f]{32}$/);
    expect(hashOf(workload({ containers: [{ name: 'web' }] }), [])).toBeUndefined();
  });
});

describe('the hash of what pods read', () => {
  it('changes with a value, and is the same for an object of the manifests and what the server made of it', () => {
    const before = hashOf(readsAll, [secret({ URL: base64('postgres://a') })]);
    expect(hashOf(readsAll, [secret({ URL: 'postgres://a' }, 'stringData')])).toBe(before);
    expect(hashOf(readsAll, [secret({ URL: base64('postgres://b') })])).not.toBe(before);
  });

  it('changes with the keys that are read, and with no others', () => {
    const one = secret({ URL: base64('a'), OTHER: base64('b') });
    const other = secret({ URL: base64('a'), OTHER: base64('c') });
    expect(hashOf(readsKey(), [one])).toBe(hashOf(readsKey(), [other]));
    expect(hashOf(readsAll, [one])).not.toBe(hashOf(readsAll, [other]));
  });

  it('stands for what is missing too: when it comes, the pods are rolled', () => {
    expect(hashOf(readsKey(true), [])).toMatch(/^[0-9a-f]{32}$/);
    expect(hashOf(readsKey(true), [secret({})])).not.toBe(hashOf(readsKey(true), [secret({ URL: '' })]));
    expect(hashOf(readsKey(true), [])).not.toBe(hashOf(readsKey(true), [secret({})]));
  });

  it('tells nothing of a short password to who does not know the salt', () => {
    const pin = secret({ URL: base64('1234') });
    expect(hashOf(readsKey(), [pin], 'a')).not.toBe(hashOf(readsKey(), [pin], 'b'));
  });

  it('keeps the annotations that are there, and leaves the object that came in as it was', () => {
    const copy = structuredClone(readsAll);
    const [made] = withConfigHash([readsAll], 'salt', () => undefined);
    expect(podTemplateOf(made as KubeObject)?.metadata?.annotations).toMatchObject({ theirs: 'stays' });
    expect(readsAll).toEqual(copy);
  });
});
