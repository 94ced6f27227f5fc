import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { Connection } from '../../../src/adapters/kube/connection.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { openKube } from '../../../src/adapters/kube/open.ts';
import type { Timing } from '../../../src/adapters/kube/timing.ts';
import { FIELD_MANAGER } from '../../../src/objects/names.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { type RollOutReport, rollOut } from '../../../src/stages/apply/roll-out.ts';
import { adminCluster, memoryLog, ownNamespace } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { FaultProxy } from '../../support/kube/fault-proxy/fault-proxy.ts';
import { badGateway, expired, noLeader, throttled } from '../../support/kube/fault-proxy/rules.ts';
import { servingApp } from '../../support/kube/real.ts';
import { appObjects, migrationJob, type OneApp } from '../../support/kube/spec.ts';
import { requirePlatform } from '../../support/platform.ts';
import { RegistryProxy } from '../../support/registry-proxy.ts';

const test = await requirePlatform('rollouts through faults of the control plane and the registry');
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };

describe.skipIf(!test).concurrent('a rollout through faults', () => {
  const admin = test ? adminCluster(test.platform) : undefined;
  const closing: (() => Promise<unknown> | unknown)[] = [];
  afterAll(async () => {
    await Promise.all(closing.map((close) => close()));
    admin?.close();
  });

  /** The cluster behind a proxy, with its rollouts' timing. */
  async function proxied(timing: Partial<Timing> = {}, authorization?: Connection['authorization']) {
    if (!test || !admin) throw new Error('no platform');
    const proxy = await FaultProxy.start(readKubeconfig(test.platform.kubeconfig, test.platform.context));
    const log = memoryLog();
    const signal = new AbortController().signal;
    const cluster = openKube({
      connection: proxy.connection(authorization),
      clock: systemClock,
      log,
      signal,
      timing: { streamSilence: 3_000, ...timing },
    });
    closing.push(
      () => cluster.close(),
      () => proxy.close(),
    );
    return { proxy, cluster, log, admin };
  }

  /** Rollouts of a small app in a namespace of this test alone. */
  async function scene(timing: Partial<Timing> = {}, authorization?: Connection['authorization']) {
    const parts = await proxied(timing, authorization);
    const { name: namespace, remove } = await ownNamespace(parts.admin, 'faulty');
    closing.push(remove);
    const { cluster, log } = parts;
    const run = (objects: KubeObject[], deadlineMs = 60_000, jobs: KubeObject[] = []): Promise<RollOutReport> => {
      const signal = new AbortController().signal;
      const request = { namespace, objects, jobs, deadlineMs, fieldManager: FIELD_MANAGER, signal };
      return rollOut({ ...request, onProgress: (text) => log.info(text) }, { cluster, clock: systemClock, log });
    };
    const app = (overrides: Partial<OneApp> = {}) => {
      if (!test) throw new Error('no platform');
      return appObjects(servingApp(test, namespace, overrides));
    };
    return { ...parts, namespace, run, app, deploy: (overrides: Partial<OneApp> = {}) => run(app(overrides)) };
  }

  const told = ({ error }: RollOutReport) => [error?.message, ...(error?.details ?? []), error?.remedy].join('\n');

  it('K1: an old status that shows the version before as available is not success', async () => {
    const { proxy, admin: kube, namespace, deploy } = await scene({ stream: 1_000, readAgain: 500 });
    await deploy();
    const old = await kube.get({ ...DEPLOYMENT, name: 'web', namespace });
    const { 'deployment.kubernetes.io/revision': revision } = old?.metadata.annotations ?? {};
    // The cache that answers lags behind: what was written is in it, what the controller made of it is not.
    const restore = proxy.break({
      method: 'GET',
      path: /deployments/,
      fault: {
        kind: 'show',
        as: (object) => {
          const annotations = { ...object.metadata.annotations, 'deployment.kubernetes.io/revision': revision ?? '' };
          const resourceVersion = old?.metadata.resourceVersion ?? '';
          return { ...object, metadata: { ...object.metadata, annotations, resourceVersion }, status: old?.status };
        },
      },
    });
    let shownOld = true;
    setTimeout(() => {
      shownOld = false;
      restore();
    }, 6_000);
    const report = await deploy({ env: { VERSION: '2' } });
    expect(report.outcome).toBe('ready');
    expect(shownOld).toBe(false);
    expect(told(report)).not.toContain('timed out');
  });

  it('K12: silent streams, all at once, do not hide what happens: what is watched is read again', async () => {
    const HOUR = 3_600_000;
    const { proxy, run, app } = await scene({ stream: HOUR, streamSilence: HOUR, readAgain: HOUR });
    proxy.break({ watch: true, fault: { kind: 'freeze', afterLines: 0 } });
    const report = await run(app(), HOUR);
    expect(report.outcome).toBe('ready');
    // No stream has ended: each kind has one.
    expect(proxy.count({ watch: true, path: /deployments/ })).toBe(1);
  });

  it('K2: a registry that answers 503 for a moment is waited for, with what it says', async () => {
    if (!test) return;
    const { platform } = test;
    const registry = await RegistryProxy.start(platform.registry.replace('localhost', '127.0.0.1'));
    closing.push(() => registry.close());
    registry.fail(/manifests/, 2, 503);
    const { deploy } = await scene();
    const report = await deploy({ image: platform.baseImages.python.replace(platform.registry, registry.host) });
    expect(report.outcome).toBe('ready');
    expect(registry.requests.filter((request) => /manifests.* 503$/.test(request)).length).toBeGreaterThan(0);
  });

  it('K2: a registry that refuses the node is told at once, with what to do', async () => {
    if (!test) return;
    const { platform } = test;
    const registry = await RegistryProxy.start(platform.registry.replace('localhost', '127.0.0.1'));
    closing.push(() => registry.close());
    registry.fail(/manifests/, 1_000, 403);
    const { deploy } = await scene();
    const report = await deploy({ image: platform.baseImages.python.replace(platform.registry, registry.host) });
    expect(report.outcome).toBe('failed');
    expect(told(report)).toContain('the registry refused the node');
    expect(told(report)).toContain('Give the nodes read access to the repository');
  });

  it('K5: a progress deadline that passed in the rollout before does not fail this one', async () => {
    const { run, app } = await scene();
    const within = (progressDeadlineSeconds: number, overrides: Partial<OneApp> = {}) =>
      app(overrides).map((object) =>
        object.kind === 'Deployment'
          ? { ...object, spec: { ...(object.spec as object), progressDeadlineSeconds } }
          : object,
      );
    const broken = await run(within(12, { health: '/none' }));
    expect(broken.outcome).toBe('failed');
    expect(told(broken)).toContain('no progress within its progressDeadlineSeconds (12 s): 0 of 1 new pods available');
    expect((await run(within(120))).outcome).toBe('ready');
  });

  it('K7: pods that no node takes become ready when a node comes', async () => {
    const { run, app, admin: kube, namespace, log } = await scene();
    const label = `test.slipway.dev/${namespace}`;
    const [node] = await kube.list({ apiVersion: 'v1', kind: 'Node' });
    const labelled = (labels: Record<string, string>) =>
      kube.apply(
        { apiVersion: 'v1', kind: 'Node', metadata: { name: node?.metadata.name ?? '', labels } },
        { fieldManager: namespace },
      );
    const objects = app().map((object) => {
      if (object.kind !== 'Deployment') return object;
      const spec = structuredClone(object.spec) as { template: { spec: { nodeSelector?: object } } };
      spec.template.spec.nodeSelector = { [label]: 'yes' };
      return { ...object, spec };
    });
    const running = run(objects);
    try {
      while (!log.lines.some((line) => line.includes('no node takes the pod'))) await systemClock.sleep(100);
      await labelled({ [label]: 'yes' });
      expect((await running).outcome).toBe('ready');
    } finally {
      await labelled({});
    }
  });

  it('K10: no replicas pass, with the warning that nothing was verified', async () => {
    const { deploy } = await scene();
    const report = await deploy({ replicas: 0 });
    expect(report.outcome).toBe('ready');
    expect(report.objects.find(({ ref }) => ref.kind === 'Deployment')?.warning).toContain('nothing was verified');
  });

  it('K14: throttling, errors, expired versions and broken connections all along change nothing', async () => {
    const { proxy, deploy, admin: kube, namespace } = await scene();
    proxy.break({ method: 'PATCH', times: 2, fault: throttled(1) });
    proxy.break({ method: 'PATCH', after: 2, times: 1, fault: noLeader });
    proxy.break({ method: 'PATCH', after: 3, times: 1, fault: { kind: 'lose' } });
    proxy.break({ method: 'GET', watch: false, after: 3, times: 2, fault: badGateway });
    proxy.break({ watch: true, times: 2, fault: expired });
    proxy.break({ watch: true, after: 2, times: 4, fault: { kind: 'cut', afterLines: 1 } });
    const hangUps = setInterval(() => proxy.hangUp(), 1_000);
    try {
      expect((await deploy()).outcome).toBe('ready');
    } finally {
      clearInterval(hangUps);
    }
    const live = await kube.get({ ...DEPLOYMENT, name: 'web', namespace });
    // The write that was repeated was the same one.
    expect(live?.metadata.generation).toBe(1);
  });

  it('K17: an outage in the middle is told and waited for, also past the deadline of the rollout', async () => {
    const { proxy, run, app, log, admin: kube, namespace } = await scene();
    const running = run(app(), 4_000);
    while (!proxy.writes().some((write) => /PATCH .*deployments\/web 20/.test(write))) await systemClock.sleep(20);
    const end = proxy.outage();
    const available = async () => {
      const status = (await kube.get({ ...DEPLOYMENT, name: 'web', namespace }))?.status;
      return (status as { availableReplicas?: number } | undefined)?.availableReplicas;
    };
    while ((await available()) !== 1) await systemClock.sleep(200);
    await systemClock.sleep(4_000);
    end();
    const report = await running;
    expect(report.outcome).toBe('ready');
    expect(log.lines.join('\n')).toMatch(/cluster proxied does not answer \(.+\); retrying for up to 5 min/);
    expect(log.lines.join('\n')).toMatch(/cluster proxied answers again, after/);
  });

  it.each([
    ['that works', 'echo migrated the lots', 'ready'],
    ['that fails', 'echo no such table: lots; exit 3', 'failed'],
  ])('K34: a migration %s is told with its log, also when that comes late', async (_, command, outcome) => {
    if (!test) return;
    const { proxy, run, log, namespace } = await scene();
    proxy.break({ path: /\/log\?.*follow=true/, fault: { kind: 'delay', ms: 4_000 } });
    const report = await run([], 60_000, [migrationJob(servingApp(test, namespace), command)]);
    expect(report.outcome).toBe(outcome);
    expect(log.lines).toContain(`|   ${command.replace(/^echo |;.*/g, '')}`);
  });

  it('K17: an outage for longer than the budget leaves the outcome unknown, and nothing is rolled back', async () => {
    if (!test) return;
    const { proxy, cluster, admin: kube } = await proxied({ outage: 4_000 });
    const { update, ports, staging, command } = await deliveryScene(test, kube, closing as (() => Promise<void>)[]);
    await update();
    const running = update({ env: { VERSION: '2' } }, {}, 'c2', { ...ports, cluster });
    while (!proxy.writes().some((write) => /PATCH .*deployments\/parking 20/.test(write))) await systemClock.sleep(5);
    proxy.outage();
    const result = await running;
    expect(result.outcome).toBe('unknown');
    expect(result.error?.message).toContain('the rollout had started when contact was lost');
    expect(result.error?.details.join('\n')).toContain('Nothing was rolled back');
    expect(await command(staging)).toContain('"value":"2"');
  });

  it('K16: a token that expires on the way leaves the outcome unknown: expired, not rolled back', async () => {
    if (!test) return;
    const {
      proxy,
      cluster,
      admin: kube,
    } = await proxied({ refused: 1_000 }, async (renew) => (renew ? undefined : 'Bearer short'));
    const { update, ports } = await deliveryScene(test, kube, closing as (() => Promise<void>)[]);
    await update();
    proxy.accept(['short']);
    const running = update({ command: 'sleep 3; exit 1' }, {}, 'c2', { ...ports, cluster });
    while (!proxy.writes().some((write) => /PATCH .*deployments\/parking 20/.test(write))) await systemClock.sleep(5);
    proxy.accept([]);
    proxy.hangUp();
    const result = await running;
    expect(result.outcome).toBe('unknown');
    expect(result.error?.message).toContain('the credentials for cluster proxied have expired on the way');
    expect(result.error?.details.join('\n')).toContain('Nothing was rolled back');
    expect(result.error?.remedy).toContain('Sign in again, shortly before this step');
    expect(proxy.writes().filter((write) => /PATCH .*deployments\/parking 20/.test(write))).toHaveLength(1);
  });

  it('K16: a token that is renewed on the way is not noticed', async () => {
    let token = 'first';
    const { proxy, deploy } = await scene({}, async (renew) => {
      if (renew) token = 'second';
      return `Bearer ${token}`;
    });
    proxy.accept(['first']);
    const running = deploy();
    while (!proxy.writes().some((write) => /PATCH .*deployments\/web 20/.test(write))) await systemClock.sleep(5);
    proxy.accept(['second']);
    proxy.hangUp();
    expect((await running).outcome).toBe('ready');
    expect(token).toBe('second');
  });
});
