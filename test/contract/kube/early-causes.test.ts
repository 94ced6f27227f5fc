import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { FIELD_MANAGER } from '../../../src/objects/names.ts';
import type { Cluster, KubeObject } from '../../../src/ports.ts';
import { type RollOutReport, rollOut } from '../../../src/stages/apply/roll-out.ts';
import { memoryLog, ownNamespace } from '../../support/kube/cluster.ts';
import { serve, servingApp } from '../../support/kube/real.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { appObjects, type OneApp } from '../../support/kube/spec.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('causes of a failure on the real cluster');

describe.skipIf(!test).concurrent('a rollout whose cause is known', () => {
  const { cluster, namespaces } = kubeSuite(test);

  async function scene() {
    if (!test || !cluster) throw new Error('no platform');
    const { name: namespace, remove } = await ownNamespace(cluster, 'causes');
    namespaces.push(remove);
    const log = memoryLog();
    /** Longer than any of these causes needs, and shorter than the test may take, so that a failure tells its cause. */
    const run = (objects: KubeObject[], as: Cluster = cluster): Promise<RollOutReport> => {
      const signal = new AbortController().signal;
      const request = { namespace, objects, jobs: [], deadlineMs: 400_000, fieldManager: FIELD_MANAGER, signal };
      return rollOut({ ...request, onProgress: (text) => log.info(text) }, { cluster: as, clock: systemClock, log });
    };
    const container = (image: string, more: object = {}) => ({ name: 'web', image, command: serve(), ...more });
    const deploy = (overrides: Partial<OneApp>) => run(appObjects(servingApp(test, namespace, overrides)));
    return { cluster, namespace, run, deploy, container, image: test.platform.baseImages.python, log };
  }

  const told = (report: RollOutReport) =>
    [report.error?.message, ...(report.error?.details ?? []), report.error?.remedy].join('\n');
  const missing = `${test?.platform.registry}/kube/none@sha256:${'a'.repeat(64)}`;

  it('CH-8: a bare Pod is judged by its new image, which cannot be pulled', async () => {
    const { run, container, image, namespace } = await scene();
    const pod = (ref: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'one', namespace },
      spec: { containers: [container(ref)] },
    });
    expect((await run([pod(image)])).outcome).toBe('ready');
    const report = await run([pod(missing)]);
    expect(report.outcome).toBe('failed');
    expect(told(report)).toContain('was not found in the registry');
  });

  it.each([
    ['apps/v1', 'ReplicaSet', { matchLabels: { app: 'one' } }],
    ['v1', 'ReplicationController', { app: 'one' }],
  ])('CH-8: a %s %s keeps the pods of the version before, and says so', async (apiVersion, kind, selector) => {
    const { run, container, image, namespace } = await scene();
    const set = (ref: string): KubeObject => {
      const template = { metadata: { labels: { app: 'one' } }, spec: { containers: [container(ref)] } };
      return { apiVersion, kind, metadata: { name: 'one', namespace }, spec: { replicas: 1, selector, template } };
    };
    expect((await run([set(image)])).outcome).toBe('ready');
    const report = await run([set(missing)]);
    expect(report.outcome).toBe('failed');
    expect(told(report)).toContain(`still runs the version before: a ${kind} does not replace its pods`);
  });

  it('F4: an app that goes into the background ends by itself, and no probe has killed it', async () => {
    const { deploy } = await scene();
    // Long enough that the startup probe has failed once.
    const report = await deploy({ command: ['python3', '-c', 'import time; time.sleep(2)'] });
    expect(report.outcome).toBe('failed');
    expect(told(report)).toContain('ends by itself (exit code 0');
    expect(told(report)).not.toContain('startup probe fails');
  });

  it('F1: an app on another port fails once deploy.startup is over, long before the deadline', async () => {
    const { deploy } = await scene();
    const report = await deploy({ command: serve(9_090), startupMs: 60_000 });
    expect(report.outcome).toBe('failed');
    expect(told(report)).toContain('nothing listens on port 8080 of the pod');
    expect(told(report)).toContain('raise deploy.startup');
  });

  it('hb-20: a hostPort that the pod of the version before holds fails early, with its own advice', async () => {
    const { run, container, image, namespace } = await scene();
    // A run that was killed may have left a pod on its port.
    const hostPort = 20_000 + (process.pid % 10_000);
    const deployment = (version: string): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'one', namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'one' } },
        template: {
          metadata: { labels: { app: 'one', version } },
          spec: { containers: [container(image, { ports: [{ containerPort: 8080, hostPort }] })] },
        },
      },
    });
    expect((await run([deployment('1')])).outcome).toBe('ready');
    const report = await run([deployment('2')]);
    expect(report.outcome).toBe('failed');
    expect(told(report)).toContain('needs a hostPort that the pod of the version before holds');
    expect(told(report)).toContain('strategy.type: Recreate');
  });

  describe('CH-16: a claim whose StorageClass does not exist', () => {
    const claimed = async () => {
      const parts = await scene();
      const { container, image, namespace } = parts;
      const meta = (name: string) => ({ apiVersion: 'v1', metadata: { name, namespace } });
      const resources = { requests: { storage: '1Gi' } };
      const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'premium-rwo', resources };
      const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
      const containers = [container(image, { volumeMounts: [{ name: 'data', mountPath: '/data' }] })];
      const claim: KubeObject = { ...meta('data'), kind: 'PersistentVolumeClaim', spec };
      const pod: KubeObject = { ...meta('one'), kind: 'Pod', spec: { containers, volumes } };
      return { ...parts, objects: [claim, pod] };
    };
    const cause = 'asks for the StorageClass premium-rwo, which does not exist';

    it('is refused before the first write', async () => {
      const { run, objects, cluster: kube, namespace } = await claimed();
      await expect(run(objects)).rejects.toThrow(cause);
      expect(await kube.list({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, { namespace })).toEqual([]);
    });

    it('is named by the wait of an account that may not list classes', async () => {
      if (!test) return;
      const { run, objects, cluster: kube, namespace } = await claimed();
      const verbs = ['get', 'list', 'watch', 'create', 'patch'];
      const resources = ['pods', 'persistentvolumeclaims', 'events'];
      const least = await restrictedCluster(kube, test.platform, namespace, [{ apiGroups: [''], resources, verbs }]);
      const report = await run(objects, least);
      expect(report.outcome).toBe('failed');
      expect(told(report)).toContain(cause);
    });
  });
});
