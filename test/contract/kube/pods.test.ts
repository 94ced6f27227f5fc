import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { ownNamespace } from '../../support/kube/cluster.ts';
import { realPorts } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';
import { yamlOf } from '../../support/yaml.ts';

const test = await requirePlatform('every key about a pod on the real cluster');

/** Serves the files of a ConfigMap, and ends where a file of a Secret or a volume is not as it should be. */
const SCRIPT = [
  'set -e',
  'test "$(cat /etc/keys/api/password)" = swordfish',
  'touch /data/kept /tmp/scratch',
  '! touch /usr/written 2>/dev/null',
  'test "$(id -u)" = 1000',
  'test "$LOGIN" = "app:swordfish@parking"',
  'exec python3 -m http.server 8080 --directory /etc/conf',
].join('\n');

const DEPLOY = {
  health: '/greeting',
  command: ['sh', '-c', SCRIPT],
  migrate: ['sh', '-c', 'test -r /etc/conf/greeting && touch /data/migrated'],
  secrets: ['keys'],
  env: { LOGIN: 'app:{secrets.keys.password}@parking' },
  resources: { cpu: '10m', memory: '64Mi' },
  serviceAccount: {
    name: 'parking-app',
    annotations: { 'iam.gke.io/gcp-service-account': 'a@b.iam.gserviceaccount.com' },
  },
  podAnnotations: { 'acme.dev/commit': '{commit}' },
  podLabels: { team: 'parking' },
  volumes: {
    tmp: { path: '/tmp', emptyDir: '16Mi' },
    data: { path: '/data', claim: 'data' },
    conf: { path: '/etc/conf', configMap: 'conf' },
    keys: { path: '/etc/keys', secret: 'keys', items: { password: 'api/password' } },
  },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'acme.dev/pool', operator: 'Exists', effect: 'NoSchedule' }],
  topologySpread: [{ topologyKey: 'topology.kubernetes.io/zone' }],
  securityContext: { runAsUser: 1000, fsGroup: 2000, readOnlyRootFilesystem: true },
  probes: {
    startup: { command: ['test', '-r', '/etc/conf/greeting'] },
    readiness: { path: '/greeting', headers: { 'X-Probe': '1' }, period: '2s' },
    liveness: { port: 8080 },
  },
  autoscale: { min: 1, max: 3, cpu: 90 },
  patches: [
    {
      target: { kind: 'Deployment' },
      patch: { spec: { template: { spec: { hostAliases: [{ ip: '192.0.2.7', hostnames: ['legacy'] }] } } } },
    },
    { target: { kind: 'Service' }, patch: [{ op: 'add', path: '/spec/sessionAffinity', value: 'ClientIP' }] },
  ],
};

describe.skipIf(!test)('every key about a pod on the real cluster', () => {
  const { cluster } = kubeSuite(test);
  const removals: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(removals.map((remove) => remove())));

  it('is written as asked, runs, and is unchanged the second time', async () => {
    if (!test || !cluster) return;
    const { name: namespace, remove } = await ownNamespace(cluster, 'pods');
    removals.push(remove);
    const { python } = test.platform.baseImages;
    const [repository = '', digest = ''] = python.split('@');
    const run = (deploy: object, sha = 'c1') => {
      const environments = { staging: { namespace, podLabels: { tier: 'staging' } } };
      const config = parseConfig(
        yamlOf({ app: 'parking', image: { repository }, deploy, environments }),
        'slipway.yml',
      );
      const inputs = rollingUpdateInputs(new Inputs({ INPUT_IMAGE: digest }));
      const plan = planRollout(inputs, { config, event: push({ sha }), workingDirectory: '/' });
      return runRollingUpdate(plan, realPorts(test, cluster));
    };
    const create = (object: object) => cluster.create(object as never, { fieldManager: 'team' });
    const made = (kind: string, name: string, more: object) => ({
      apiVersion: 'v1',
      kind,
      metadata: { name, namespace },
      ...more,
    });
    await create(made('Secret', 'keys', { data: { password: Buffer.from('swordfish').toString('base64') } }));
    await create(made('ConfigMap', 'conf', { data: { greeting: 'hello' } }));

    await expect(run(DEPLOY)).rejects.toThrow(
      `namespace ${namespace} has no PersistentVolumeClaim data, which a pod needs`,
    );
    expect(
      await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'parking', namespace }),
    ).toBeUndefined();

    await create(
      made('PersistentVolumeClaim', 'data', {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '16Mi' } } },
      }),
    );
    const first = await run(DEPLOY);
    expect(first.error).toBeUndefined();
    expect(first.outcome).toBe('succeeded');

    const get = (apiVersion: string, kind: string, name = 'parking') =>
      cluster.get({ apiVersion, kind, name, namespace });
    expect((await get('autoscaling/v2', 'HorizontalPodAutoscaler'))?.spec).toMatchObject({
      minReplicas: 1,
      maxReplicas: 3,
    });
    expect((await get('v1', 'ServiceAccount', 'parking-app'))?.metadata.annotations).toMatchObject({
      'iam.gke.io/gcp-service-account': 'a@b.iam.gserviceaccount.com',
    });
    expect((await get('v1', 'Service'))?.spec).toMatchObject({ sessionAffinity: 'ClientIP' });
    const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
    const pod = pods.find(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'web');
    expect(pod?.metadata).toMatchObject({
      labels: { team: 'parking', tier: 'staging' },
      annotations: { 'acme.dev/commit': 'c1' },
    });
    expect(pod?.spec).toMatchObject({
      serviceAccountName: 'parking-app',
      automountServiceAccountToken: false,
      hostAliases: [{ ip: '192.0.2.7', hostnames: ['legacy'] }],
      nodeSelector: { 'kubernetes.io/os': 'linux' },
    });

    const second = await run(DEPLOY);
    expect(second.error).toBeUndefined();
    expect(second.outcome).toBe('unchanged');

    // As the autoscaler does; without metrics it decides nothing itself.
    const { tools, kubeconfig, context } = test.platform;
    const where = ['--kubeconfig', kubeconfig, '--context', context, '--namespace', namespace];
    await promisify(execFile)(join(tools.dir, 'kubectl'), [...where, 'scale', 'deployment/parking', '--replicas=2']);
    const third = await run(DEPLOY, 'c2');
    expect(third.error).toBeUndefined();
    expect(third.outcome).toBe('succeeded');
    expect((await get('apps/v1', 'Deployment'))?.spec).toMatchObject({ replicas: 2 });
  });
});
