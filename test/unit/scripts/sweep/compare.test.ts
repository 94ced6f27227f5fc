import { describe, expect, it } from 'vitest';
import { compareObjects } from '../../../../scripts/sweep/compare.ts';
import { keyOf } from '../../../../scripts/sweep/object-key.ts';
import type { KubeObject } from '../../../../src/ports.ts';

const DIGEST = `sha256:${'1'.repeat(64)}`;

const deployment = (image: string, more: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: Math.random().toString(), ...metadata },
  spec: { replicas: 2, template: { metadata: {}, spec: { containers: [{ name: 'web', image }] } }, ...more },
  status: { replicas: 1 },
});

const objects = (...all: KubeObject[]) => new Map(all.map((one) => [keyOf(one), one]));

describe('the comparison of two dry runs', () => {
  it('ignores what the server decides, our labels and annotations, and the digest of the same image', () => {
    const ours = deployment(
      `docker.io/library/web@${DIGEST}`,
      {},
      {
        labels: { 'slipway.dev/app': 'web', 'app.kubernetes.io/managed-by': 'slipway' },
        annotations: { 'slipway.dev/config-hash': 'x' },
        managedFields: [{ manager: 'slipway' }],
      },
    );
    const theirs = deployment('web:v1', {}, { labels: { 'app.kubernetes.io/managed-by': 'Helm' } });
    expect(compareObjects(objects(theirs), objects(ours))).toEqual([]);
  });

  it('ignores the labels that the server gives to a Job, and the default of imagePullPolicy for a digest', () => {
    const job = (image: string, policy: string, labels: Record<string, string>): KubeObject => {
      const template = { metadata: { labels }, spec: { containers: [{ name: 'm', image, imagePullPolicy: policy }] } };
      const metadata = { name: 'migrate', namespace: 'shop', labels };
      return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template } };
    };
    const theirs = job('web:latest', 'Always', { 'batch.kubernetes.io/controller-uid': 'a', 'job-name': 'migrate' });
    expect(compareObjects(objects(theirs), objects(job(`web@${DIGEST}`, 'IfNotPresent', {})))).toEqual([]);
    const other = objects(job('other:latest', 'IfNotPresent', {}));
    expect(compareObjects(objects(theirs), other).map(({ field }) => field.split('.').at(-1))).toEqual([
      'image',
      'imagePullPolicy',
    ]);
  });

  it('names a field that differs, also the image of another repository', () => {
    const ours = objects(deployment('acme/web:v1', { replicas: 3 }));
    expect(compareObjects(objects(deployment('web:v1')), ours)).toEqual([
      { object: 'Deployment/shop/web', field: 'spec.replicas', native: '2', slipway: '3' },
      {
        object: 'Deployment/shop/web',
        field: 'spec.template.spec.containers.0.image',
        native: '"web:v1"',
        slipway: '"acme/web:v1"',
      },
    ]);
  });

  it('names objects that only one of them has', () => {
    const [theirs, ours] = [deployment('web'), deployment('web', {}, { name: 'worker' })];
    expect(compareObjects(objects(theirs), objects(ours))).toEqual([
      { object: 'Deployment/shop/web', field: '', native: 'present', slipway: '–' },
      { object: 'Deployment/shop/worker', field: '', native: '–', slipway: 'present' },
    ]);
  });

  it('ignores a field that the native program itself makes anew in each render', () => {
    const secret = (password: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace: 'shop' },
      data: { password, user: 'app' },
    });
    const [first, second, ours] = ['a', 'b', 'c'].map((password) => objects(secret(password))) as [
      Map<string, KubeObject>,
      Map<string, KubeObject>,
      Map<string, KubeObject>,
    ];
    expect(compareObjects(first, ours, second)).toEqual([]);
    expect(compareObjects(first, ours, first)).toMatchObject([{ field: 'data.password' }]);
  });
});
