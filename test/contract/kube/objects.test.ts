import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { isGoing, isReadyPod, podView } from '../../../src/readiness/pod-view.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('the objects of releases on the real cluster');
const WRITE = { fieldManager: 'operator' };

describe.skipIf(!test).concurrent('the objects of releases on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);

  async function scene() {
    if (!test || !cluster) throw new Error('no platform');
    const made = await deliveryScene(test, cluster, namespaces);
    const namespace = made.staging;
    const get = (apiVersion: string, kind: string, name: string) => cluster.get({ apiVersion, kind, name, namespace });
    const podNames = async () => {
      const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
      const present = pods.map(podView).filter((pod) => isReadyPod(pod) && !isGoing(pod));
      return present.map(({ metadata }) => metadata.name).sort();
    };
    const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
    const web = (more: Record<string, unknown> = {}, command = serve()): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [{ name: 'web', image: made.image, command, readinessProbe }],
            ...more,
          },
        },
      },
    });
    return { ...made, kube: cluster, namespace, get, podNames, web };
  }

  const map = (name: string, value = '1', metadata = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...metadata },
    data: { value },
  });

  it('a Secret of the team that changed rolls the pods that use it; otherwise nothing is written', async () => {
    const { update, podNames, kube, namespace } = await scene();
    const secret = (url: string) =>
      kube.apply(
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace }, stringData: { URL: url } },
        WRITE,
      );
    await secret('postgres://one');
    await update({ secrets: ['db'] });
    const before = await podNames();
    expect(await update({ secrets: ['db'] })).toMatchObject({ outcome: 'unchanged', outputs: { changed: 'false' } });
    expect(await podNames()).toEqual(before);
    await secret('postgres://two');
    expect(await update({ secrets: ['db'] })).toMatchObject({ outcome: 'succeeded', outputs: { revision: '2' } });
    expect(await podNames()).not.toEqual(before);
    expect((await update({ secrets: ['db'] })).outcome).toBe('unchanged');
  });

  it('a ConfigMap of the manifests rolls the pods that mount it, and goes back with the release', async () => {
    const { updateOwn, web, podNames, get } = await scene();
    const sources = [{ configMap: { name: 'flags' } }, { secret: { name: 'none', optional: true } }];
    const mounting = web({ volumes: [{ name: 'config', projected: { sources } }] });
    await updateOwn([mounting, map('flags', '1')]);
    const before = await podNames();
    expect((await updateOwn([mounting, map('flags', '1')])).outcome).toBe('unchanged');
    await updateOwn([mounting, map('flags', '2')]);
    expect(await podNames()).not.toEqual(before);
    const broken = web({ volumes: [{ name: 'config', projected: { sources } }] }, ['sh', '-c', 'exit 3']);
    expect((await updateOwn([broken, map('flags', '3')])).outcome).toBe('rolled-back');
    expect((await get('v1', 'ConfigMap', 'flags'))?.data).toEqual({ value: '2' });
  });

  it('what a release has no longer goes; what holds data, says so or is another’s stays', async () => {
    const { updateOwn, web, get, kube, namespace, ports } = await scene();
    const claim: KubeObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const scaler = (apiVersion: string): KubeObject => {
      const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
      const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 1 };
      return { apiVersion, kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec };
    };
    const service: KubeObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'old' },
      spec: { ports: [{ port: 80 }], selector: { app: 'web' } },
    };
    const kept = map('kept', '1', { annotations: { 'slipway.dev/prune': 'false' } });
    await updateOwn([web(), service, claim, kept, map('theirs'), scaler('autoscaling/v1')]);
    await kube.delete({ apiVersion: 'v1', kind: 'ConfigMap', name: 'theirs', namespace });
    await kube.apply({ ...map('theirs'), metadata: { name: 'theirs', namespace } }, WRITE);
    const result = await updateOwn([web(), scaler('autoscaling/v2')]);
    expect(result.outcome).toBe('succeeded');
    expect(await get('v1', 'Service', 'old')).toBeUndefined();
    for (const name of ['kept', 'theirs']) expect(await get('v1', 'ConfigMap', name)).toBeDefined();
    expect((await get('v1', 'PersistentVolumeClaim', 'data'))?.metadata.deletionTimestamp).toBeUndefined();
    expect(await get('autoscaling/v2', 'HorizontalPodAutoscaler', 'web')).toBeDefined();
    const told = ports.log.lines.join('\n');
    expect(told).toContain(`removed Service ${namespace}/old, which is no longer part of the release`);
    expect(told).toContain(`do it by hand (kubectl -n ${namespace} delete persistentvolumeclaim data)`);
    expect((await updateOwn([web(), scaler('autoscaling/v2')])).outcome).toBe('unchanged');
  });

  it('what a failed release had added goes when it goes back', async () => {
    const { update, get, ports } = await scene();
    await update();
    const broken = await update({ command: 'exit 3', replicas: 2 });
    expect(broken.outcome).toBe('rolled-back');
    expect(ports.log.lines.join('\n')).toMatch(/removed PodDisruptionBudget \S+\/parking, which is no longer part/);
    expect(await get('policy/v1', 'PodDisruptionBudget', 'parking')).toBeUndefined();
  });
});
