import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { Rest } from '../../../src/adapters/kube/rest.ts';
import { SlipwayError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('rolling-update and promote against the real cluster');

/** What README and docs ask an operator to grant for an app that Slipway writes the objects of, and nothing beyond. */
const RULES = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'create', 'update', 'delete'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
];

describe.skipIf(!test).concurrent('on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);

  function scene() {
    if (!test || !cluster) throw new Error('no platform');
    return deliveryScene(test, cluster, namespaces);
  }

  it('a release is recorded, recognised, replaced, and promoted', async () => {
    const { update, promote, staging, production, command } = await scene();
    expect((await update({ env: { VERSION: '1' } })).outputs).toMatchObject({ revision: '1', changed: 'true' });
    expect(await update({ env: { VERSION: '1' } })).toMatchObject({
      outcome: 'unchanged',
      outputs: { changed: 'false' },
    });
    expect(await update({ env: { VERSION: '2' } }, { INPUT_DRY_RUN: 'true' })).toMatchObject({
      outputs: { changed: 'true' },
    });
    expect(await command(staging)).toContain('"value":"1"');
    expect((await update({ env: { VERSION: '2' } })).outputs).toMatchObject({ revision: '2', changed: 'true' });
    const promoted = await promote({ env: { VERSION: '2' } });
    expect(promoted).toMatchObject({
      outcome: 'succeeded',
      outputs: { reference: test?.platform.baseImages.python, release: 'parking-1' },
    });
    expect(await command(production)).toContain('"value":"2"');
    expect((await promote({ env: { VERSION: '2' } })).outcome).toBe('unchanged');
  });

  it('a broken release goes back, and the next good one goes out', async () => {
    const { update, staging, command } = await scene();
    await update();
    const broken = await update({ command: 'echo no database >&2; exit 1' });
    expect(broken.outcome).toBe('rolled-back');
    const told = broken.error?.details.join('\n') ?? '';
    expect(told).toMatch(/rolled back to parking-1 \(.*\), ready after/);
    expect(told).toContain('no database');
    expect(await command(staging)).toContain('http.server');
    expect((await update({ env: { VERSION: '3' } })).outputs).toMatchObject({ revision: '3' });
  });

  it('CH-25: a key that is taken out of stringData is taken out of the Secret', async () => {
    const { updateOwn, cluster: kube, staging, image } = await scene();
    const secret = (stringData: Record<string, string>): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'mail' },
      stringData,
    });
    const web: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image, command: serve() }] },
        },
      },
    };
    const keys = async () => {
      const live = await kube.get({ apiVersion: 'v1', kind: 'Secret', name: 'mail', namespace: staging });
      return Object.keys((live?.data ?? {}) as object).sort();
    };
    expect((await updateOwn([web, secret({ HOST: 'mail', TOKEN: 'x' })])).outcome).toBe('succeeded');
    expect(await keys()).toEqual(['HOST', 'TOKEN']);
    expect((await updateOwn([web, secret({ HOST: 'mail' })])).outcome).toBe('succeeded');
    expect(await keys()).toEqual(['HOST']);
  });

  it('a run with exactly the documented permissions works; with one less it names that one (K18)', async () => {
    if (!test) return;
    const { cluster: admin, staging, ports, update } = await scene();
    const least = await restrictedCluster(admin, test.platform, staging, RULES);
    const own = { ...ports, cluster: least };
    expect((await update({}, {}, 'c1', own)).outcome).toBe('succeeded');
    expect(ports.log.lines.join('\n')).toContain(
      'a failure will be explained less well: list events, watch events, get pods/log not permitted',
    );
    const less = await restrictedCluster(admin, test.platform, staging, RULES.slice(0, -1));
    const error = await update({ env: { VERSION: '2' } }, {}, 'c1', { ...ports, cluster: less }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SlipwayError);
    expect(String(error)).toContain(`missing permissions in namespace ${staging}: list pods, watch pods`);
    expect((error as SlipwayError).remedy).toContain(
      '- { apiGroups: [""], resources: ["pods"], verbs: ["list","watch"] }',
    );
    least.close();
    less.close();
  });

  it('what an autoscaler has scaled is not scaled back (K11)', async () => {
    const { cluster: kube, staging, update, ports } = await scene();
    await update();
    const metadata = { name: 'parking', namespace: staging };
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'parking' };
    const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata };
    const metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
    ];
    await kube.apply(
      { ...autoscaler, spec: { scaleTargetRef: target, minReplicas: 2, maxReplicas: 3, metrics } },
      { fieldManager: 'operator' },
    );
    const replicas = async () => {
      const object = await kube.get({ ...target, namespace: staging });
      return (object?.spec as { replicas: number } | undefined)?.replicas ?? 0;
    };
    while ((await replicas()) < 2) await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await update({ env: { VERSION: '2' } })).outcome).toBe('succeeded');
    expect(await replicas()).toBeGreaterThanOrEqual(2);
    // It goes on while a run is at work, right until the write.
    const busy = Object.create(kube) as KubeCluster;
    busy.apply = async (object, options) => {
      if (object.kind === 'Deployment' && !options.dryRun && (await replicas()) < 3) await scaleTo(3, staging);
      return kube.apply(object, options);
    };
    const result = await update({ env: { VERSION: '3' } }, {}, 'c1', { ...ports, cluster: busy });
    expect(result.error).toBeUndefined();
    expect(await replicas()).toBe(3);
  });

  /** As the controller of autoscalers does. */
  async function scaleTo(replicas: number, namespace: string): Promise<void> {
    if (!test) return;
    const connection = readKubeconfig(test.platform.kubeconfig, test.platform.context);
    const signal = new AbortController().signal;
    const rest = new Rest({ connection, clock: systemClock, log: memoryLog(), signal });
    await rest.json({
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${namespace}/deployments/parking/scale?fieldManager=kube-controller-manager`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { replicas } }),
    });
    rest.close();
  }
});
