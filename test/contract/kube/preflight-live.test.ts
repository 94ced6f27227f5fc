import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { openKube } from '../../../src/adapters/kube/open.ts';
import { hashOf, type Release } from '../../../src/objects/release.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { judgeLive } from '../../../src/preflight/live/judge.ts';
import { readLive } from '../../../src/stages/preflight/read-live.ts';
import { Records } from '../../../src/stages/rollout/records.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('preflight on a cluster');

describe.skipIf(!test)('preflight on a cluster', () => {
  const { cluster: admin, namespaces } = kubeSuite(test);
  const app = `live-${randomBytes(4).toString('hex')}`;
  const targets = ['staging', 'production'].map((environment) => ({
    app,
    environment,
    namespace: `${app}-${environment}`,
  }));
  const closing: (() => void)[] = [];
  afterAll(() => {
    for (const close of closing) close();
  });

  const made = async (object: KubeObject, fieldManager: string) => {
    if (!admin) throw new Error('no cluster');
    return admin.create(object, { fieldManager });
  };
  const in_ = (environment: string, apiVersion: string, kind: string, name: string, more: object): KubeObject => {
    return { apiVersion, kind, metadata: { name, namespace: `${app}-${environment}` }, ...more };
  };
  const deployment = (environment: string, ...names: string[]) => {
    const env = names.map((name) => ({ name, value: 'memcached://cache:11211' }));
    const template = { metadata: { labels: { app } }, spec: { containers: [{ name: 'web', image: 'web', env }] } };
    return in_(environment, 'apps/v1', 'Deployment', 'web', {
      spec: { replicas: 0, selector: { matchLabels: { app } }, template },
    });
  };
  const claim = in_('staging', 'v1', 'PersistentVolumeClaim', 'data', {
    spec: {
      storageClassName: `none-${app}`,
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Mi' } },
    },
  });
  const managed = Array.from({ length: 12 }, (_, index) => `certificate-${index}`).join(',');
  const ingress: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'web',
      namespace: `${app}-staging`,
      annotations: { 'networking.gke.io/managed-certificates': managed },
    },
    spec: { ingressClassName: `none-${app}`, defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  };
  /** As the cluster autoscaler reports a pod for which it adds no node. */
  const event = in_('staging', 'v1', 'Event', 'web-1.waits', {
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'web-1', namespace: `${app}-staging` },
    reason: 'NotTriggerScaleUp',
    type: 'Normal',
    message: "pod didn't trigger scale-up: 1 max node group size reached",
  });
  const released = [deployment('staging', 'CACHE_URL')];

  it('finds what people made and changed, and says what it may not read', async () => {
    if (!admin || !test) throw new Error('no platform');
    for (const { namespace } of targets) {
      await made({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'test');
      namespaces.push(async () => void (await admin.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace })));
    }
    await made(in_('staging', 'v1', 'Service', 'cache', { spec: { ports: [{ port: 11211 }] } }), 'kubectl-expose');
    await made(deployment('staging', 'CACHE_URL', 'FLAG'), 'kubectl-edit');
    await made(deployment('production', 'CACHE_URL'), 'slipway');
    await made(ingress, 'slipway');
    await made(event, 'cluster-autoscaler');
    await made({ ...event, metadata: { ...event.metadata, name: 'web-2.pulled' }, reason: 'Pulled' }, 'kubelet');
    await new Records(admin, { namespace: `${app}-staging` }).begin(release());

    const view = await readLive(targets, async () => admin);
    expect(view.notes).toEqual([]);
    expect(view.environments.map(({ environment }) => environment)).toEqual(['staging', 'production']);
    expect(view.environments[0]?.own.get('Event')?.map(({ metadata }) => metadata.name)).toEqual(['web-1.waits']);
    expect(view.environments.map(({ images }) => images)).toEqual([
      { web: 'registry.example/web@sha256:1' },
      undefined,
    ]);
    const sides = [{ environment: 'staging', objects: [...released, claim, ingress] }];
    const found = judgeLive(view.environments, {
      sides,
      promoteFrom: { production: 'staging' },
      own: [],
      now: Date.now(),
    }).filter(({ where }) => where.environment !== undefined);
    expect(found.map(({ code, where }) => `${code} ${where.environment}: ${where.object}`).sort()).toEqual([
      'autoscaler-at-its-end staging: cluster autoscaler',
      'certificate-limit staging: Ingress web',
      'changed-by-hand staging: Deployment web',
      'made-by-hand staging: Service cache',
      'no-class staging: Ingress web',
      'no-class staging: PersistentVolumeClaim data',
    ]);

    const rules = [{ apiGroups: [''], resources: ['services'], verbs: ['list'] }];
    const limited = await restrictedCluster(admin, test.platform, `${app}-staging`, rules);
    closing.push(() => limited.close());
    const gone = openKube({
      connection: { name: 'gone', server: 'https://127.0.0.1:1', ca: '' },
      clock: systemClock,
      log: memoryLog(),
      signal: new AbortController().signal,
      timing: { outage: 1 },
    });
    closing.push(() => gone.close());
    const partly = await readLive(targets, async (environment) => (environment === 'staging' ? limited : gone));
    expect(partly.environments.map(({ own }) => [...own.keys()])).toEqual([['Service']]);
    expect(partly.notes).toContain(
      `Not looked at: ConfigMaps in namespace ${app}-staging; it needs the permission \`list configmaps in namespace ${app}-staging\`.`,
    );
    expect(partly.notes).toContain(
      `Not looked at: the releases of staging; it needs the permission \`list secrets in namespace ${app}-staging\`.`,
    );
    expect(partly.notes).toContainEqual(expect.stringMatching(/^The cluster of production was not looked at: /));
  });

  function release(): Release {
    return {
      app,
      environment: 'staging',
      revision: 1,
      images: { web: 'registry.example/web@sha256:1' },
      commit: 'a'.repeat(40),
      actor: 'test',
      run: { id: '1', attempt: 1, url: '' },
      outcome: 'succeeded',
      startedAt: new Date().toISOString(),
      finishedAt: new Date().toISOString(),
      objects: released,
      hash: hashOf(released),
      migration: undefined,
      reversible: true,
    };
  }
});
