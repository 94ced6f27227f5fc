import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { DEPLOYMENT, DriftScene, findings } from '../../support/kube/drift-scene.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('drift against the real cluster');

/** Looks, and lets nobody try anything out. */
const READS = [
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['services', 'configmaps', 'secrets', 'pods'], verbs: ['get', 'list'] },
];

describe.skipIf(!test).concurrent('drift, on the real cluster', () => {
  const cluster = test ? adminCluster(test.platform) : undefined;
  const scenes: DriftScene[] = [];
  afterAll(async () => {
    await Promise.all(scenes.map((scene) => scene.remove()));
    cluster?.close();
  });

  async function released(secret?: string): Promise<DriftScene> {
    if (!test || !cluster) throw new Error('no platform');
    const scene = await DriftScene.open(test, cluster);
    scenes.push(scene);
    if (secret)
      await scene.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret }, stringData: { URL: 'one' } });
    await scene.release(secret);
    return scene;
  }

  it('what people change by hand is told, with who and when; what they leave alone is not', async () => {
    const scene = await released();
    await scene.kubectl('rollout', 'restart', 'deployment/web');
    expect(await scene.look()).toMatchObject({ state: 'as-recorded', objects: [], notes: [] });

    const image = test?.platform.baseImages.debian;
    const container = { name: 'web', image, env: [{ name: 'MODE', value: 'wild' }] };
    await scene.edit('deployments/web', { spec: { replicas: 2, template: { spec: { containers: [container] } } } });
    await scene.kubectl('set', 'env', 'deployment/web', 'DEBUG=1', 'DB_PASSWORD=hunter3');
    await scene.edit('configmaps/settings', { data: { LEVEL: 'debug', 'new.conf': 'b=1' } });
    await scene.edit('secrets/keys', { data: { password: 'aHVudGVyMw==', more: 'aHVudGVyMw==' } });
    await scene.edit('deployments/web', { metadata: { labels: { 'slipway.dev/app': null } } });
    await scene.kubectl('annotate', 'configmap/settings', 'note=by hand');
    await cluster?.delete({ apiVersion: 'v1', kind: 'Service', name: 'web', namespace: scene.namespace });
    const before = await cluster?.get({ ...DEPLOYMENT, namespace: scene.namespace });
    const drift = await scene.look();

    const env = 'Deployment web: spec.template.spec.containers[web].env';
    expect(findings(drift)).toEqual([
      'ConfigMap settings: data.LEVEL: "info" → "debug", by kubectl-edit at T',
      'ConfigMap settings: data[new.conf]: added, by kubectl-edit at T',
      'ConfigMap settings: metadata.annotations.note: added, by kubectl-annotate at T',
      'Secret keys: data.password: changed, by kubectl-edit at T',
      'Secret keys: data.more: added, by kubectl-edit at T',
      'Service web: deleted',
      'Deployment web: metadata.labels[slipway.dev/app]: removed',
      'Deployment web: spec.replicas: 1 → 2, by kubectl-edit at T',
      `${env}[MODE].value: "calm" → "wild", by kubectl-edit at T`,
      expect.stringMatching(
        /^Deployment web: .*\[web\]\.image: ".*python@sha.*" → ".*debian@sha.*", by kubectl-edit at T$/,
      ),
      `${env}[DB_PASSWORD]: added, by kubectl-set at T`,
      `${env}[DEBUG]: added, by kubectl-set at T`,
    ]);
    expect(JSON.stringify(drift)).not.toMatch(/hunter|aHVudGVy/);
    expect(drift.objects.at(-1)?.note).toContain('lost the labels');
    // Looking is all that was done. Controllers go on to write the status.
    const after = await cluster?.get({ ...DEPLOYMENT, namespace: scene.namespace });
    const writes = (object: KubeObject | undefined) =>
      ((object?.metadata.managedFields ?? []) as { subresource?: string }[]).filter((one) => !one.subresource);
    expect(writes(after)).toEqual(writes(before));
    expect(after?.spec).toEqual(before?.spec);
  });

  it('an autoscaler may scale; a person may not', async () => {
    const scene = await released();
    const kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
    const { namespace } = scene;
    const metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
    ];
    await scene.create({
      ...kind,
      metadata: { name: 'web' },
      spec: { scaleTargetRef: DEPLOYMENT, minReplicas: 2, maxReplicas: 3, metrics },
    });
    const replicas = async () => {
      const live = await cluster?.get({ ...DEPLOYMENT, namespace });
      return (live?.spec as { replicas: number } | undefined)?.replicas;
    };
    while ((await replicas()) !== 2) await delay(200);
    expect(findings(await scene.look())).toEqual([]);
    await cluster?.delete({ ...kind, name: 'web', namespace });
    await scene.kubectl('scale', 'deployment/web', '--replicas=3');
    // Of changes by `scale` Kubernetes keeps no time.
    expect(findings(await scene.look())).toEqual(['Deployment web: spec.replicas: 1 → 3, by kubectl']);
  });

  it('an object that somebody made anew has its defaults, and no drift in them', async () => {
    const scene = await released();
    await scene.makeAnew({ terminationGracePeriodSeconds: 2 }, { stdin: true });
    const drift = await scene.look();
    expect(findings(drift)).toEqual([
      'Deployment web: spec.template.spec.terminationGracePeriodSeconds: 1 → 2, by kubectl-create at T',
      'Deployment web: spec.template.spec.containers[web].stdin: added, by kubectl-create at T',
    ]);
    expect(drift.objects[0]?.note).toContain('Slipway did not create this');
  });

  it('what is not ours but read, run or left by us', async () => {
    const scene = await released('database');
    await scene.edit('secrets/database', { data: { URL: 'dHdv' } });
    const labels = 'slipway.dev/app=parking,slipway.dev/environment=staging';
    await scene.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'old' }, data: { a: 'b' } });
    // The API server tells times by the second: who came last is known of different seconds only.
    await systemClock.sleep(1_100);
    await scene.kubectl('label', 'configmap', 'old', ...labels.split(','));
    const pods = await cluster?.list(
      { apiVersion: 'v1', kind: 'Pod' },
      { namespace: scene.namespace, labelSelector: 'app=web' },
    );
    const image = test?.platform.baseImages.debian;
    await scene.edit(`pods/${pods?.[0]?.metadata.name}`, { spec: { containers: [{ name: 'web', image }] } });
    const drift = await scene.look();
    expect(findings(drift)).toEqual([
      expect.stringMatching(
        /^Pod web-\S+: spec\.containers\[web\]\.image: .*python.* → .*debian.*, by kubectl-edit at T$/,
      ),
      'Secret database: data: changed, by kubectl-edit at T',
      'ConfigMap old: left over. No record of a release has it; created at T, last changed by kubectl-label at T.',
    ]);
    const ignore = [{ kind: 'Pod' }, { kind: 'Secret', name: 'data*' }, { name: 'old' }];
    expect(findings(await scene.look({ ignore }))).toEqual([]);
  });

  it('who may only read finds the same, and is told what is less exact', async () => {
    if (!test || !cluster) return;
    const scene = await released();
    const reader = await restrictedCluster(cluster, test.platform, scene.namespace, READS);
    const clean = await scene.look({ cluster: reader });
    expect(findings(clean)).toEqual([]);
    expect(clean.notes.join('\n')).toMatch(
      /Deployment: compared with the record itself, because `patch` is not permitted/,
    );
    const env = [
      { name: 'MODE', value: 'wild' },
      { name: 'DEBUG', value: '1' },
    ];
    await scene.edit('deployments/web', { spec: { template: { spec: { containers: [{ name: 'web', env }] } } } });
    await scene.edit('services/web', { metadata: { labels: { 'slipway.dev/environment': null } } });
    expect(findings(await scene.look({ cluster: reader }))).toEqual([
      'Service web: metadata.labels[slipway.dev/environment]: removed',
      'Deployment web: spec.template.spec.containers[web].env[MODE].value: "calm" → "wild", by kubectl-edit at T',
      'Deployment web: spec.template.spec.containers[web].env[DEBUG]: added, by kubectl-edit at T',
    ]);
    reader.close();
  });
});
