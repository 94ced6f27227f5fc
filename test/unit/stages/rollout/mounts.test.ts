import { expect, it } from 'vitest';
import { EnvironmentError } from '../../../../src/errors.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { checkMounts } from '../../../../src/stages/rollout/mounts.ts';
import { World } from '../../../support/kube/world.ts';

const pod = (spec: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', namespace: 's' },
  spec: { template: { spec: { containers: [], ...spec } } },
});
const there = (kind: string, name: string): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 's' },
});
const volumes = [
  { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
  { name: 's', secret: { secretName: 'keys' } },
  { name: 'o', secret: { secretName: 'maybe', optional: true } },
  { name: 'c', configMap: { name: 'conf' } },
];

it('names everything that a pod needs to start and the namespace does not have', async () => {
  const world = new World();
  world.cluster.patch(there('Secret', 'keys'));
  const objects = [pod({ volumes, serviceAccountName: 'app' }), there('ConfigMap', 'conf')];
  const checked = checkMounts(objects, 's', { cluster: world.cluster, log: world.log });
  await expect(checked).rejects.toMatchObject({
    message: 'namespace s has no ServiceAccount app, which a pod needs to start',
    details: ['nor PersistentVolumeClaim data', 'nothing was written'],
  });
  world.cluster.patch(there('PersistentVolumeClaim', 'data'));
  world.cluster.patch(there('ServiceAccount', 'app'));
  await checkMounts(objects, 's', { cluster: world.cluster, log: world.log });
});

it('what may not be read is left to the kubelet, with a word', async () => {
  const world = new World();
  const cluster = Object.assign(Object.create(world.cluster), {
    get: () => Promise.reject(new EnvironmentError('forbidden')),
  });
  await checkMounts([pod({ serviceAccountName: 'app' })], 's', { cluster, log: world.log });
  expect(world.log.lines.join('\n')).toContain('whether ServiceAccount app is in namespace s could not be checked');
});
