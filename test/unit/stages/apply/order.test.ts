import { describe, expect, it } from 'vitest';
import { ANNOTATIONS, FIELD_MANAGER } from '../../../../src/objects/names.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { rollOut } from '../../../../src/stages/apply/roll-out.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { controllers, type Fate } from '../../../support/kube/controllers.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { appObjects, appSpec, deploymentObject, ingressOf } from '../../../support/kube/spec.ts';
import { image } from '../../../support/kube/world.ts';
import { StepClock } from '../../../support/step-clock.ts';

const following = (name: string, ...names: string[]): KubeObject => {
  const object = deploymentObject(appSpec({ name, image: image(name.length) }));
  const annotations: Record<string, string> = names.length > 0 ? { [ANNOTATIONS.after]: names.join(',') } : {};
  return { ...object, metadata: { ...object.metadata, annotations } };
};

function scene(fates: Record<string, Fate> = {}) {
  const cluster = new MemoryCluster();
  cluster.controller = controllers((used) => fates[used] ?? 'ready');
  const log = memoryLog();
  const run = (objects: KubeObject[]) => {
    const request = {
      namespace: 'parking-staging',
      objects,
      jobs: [],
      deadlineMs: 20_000,
      fieldManager: FIELD_MANAGER,
    };
    const signal = new AbortController().signal;
    cluster.writes.length = 0;
    const ports = { cluster, clock: new StepClock(0), log };
    return rollOut({ ...request, signal, onProgress: (message) => log.info(message) }, ports);
  };
  const writes = () => cluster.writes.filter((one) => one.startsWith('apply')).map((one) => one.replace('apply ', ''));
  return { cluster, log, run, writes };
}

describe('the order of workloads', () => {
  it('is that of `after`: each is written when those before it are ready', async () => {
    const { run, writes } = scene();
    const report = await run([following('web', 'worker'), following('worker', 'api'), following('api')]);
    expect(report.outcome).toBe('ready');
    expect(writes().map((one) => one.split(/[ /]/).at(-1))).toEqual(['api', 'worker', 'web']);
    expect(report.steps.map(({ name }) => name)).toEqual([
      'write',
      'wait for api',
      'write',
      'wait for worker',
      'write',
      'wait',
    ]);
  });

  it('PR-2: ends where one does not become ready: the others are not written', async () => {
    const { run, writes } = scene({ [image(3)]: 'crashes' });
    const report = await run([following('web-2', 'api'), following('api'), following('worker')]);
    expect(report.outcome).toBe('failed');
    expect(report.objects.map(({ ref, outcome }) => `${ref.name} ${outcome}`)).toContain('web-2 not-written');
    expect(report.error?.message).toContain('parking-staging/api');
    expect(writes()).toHaveLength(2);
  });

  it('does not wait for the others: only for those that are named', async () => {
    const { run, writes } = scene({ [image(6)]: 'never' });
    const report = await run([following('web', 'api-1'), following('api-1'), following('worker')]);
    expect(report.outcome).toBe('timed-out');
    expect(writes()).toHaveLength(3);
  });
});

describe('a route that exists', () => {
  it('PR-4: is written when the pods are ready: until then it leads to those that serve', async () => {
    const { cluster, run, writes } = scene();
    const objects = (digit: number) => appObjects(appSpec({ name: 'web', image: image(digit), ingress: ingressOf() }));
    await run(objects(1));
    expect(writes().findIndex((one) => one.includes('Ingress'))).toBeLessThan(writes().length - 1);
    const report = await run(objects(2));
    expect(writes().at(-1)).toContain('Ingress');
    expect(report.steps.map(({ name }) => name)).toEqual(['write', 'wait', 'route']);
    cluster.controller = controllers(() => 'crashes');
    expect((await run(objects(3))).outcome).toBe('failed');
    expect(writes().some((one) => one.includes('Ingress'))).toBe(false);
  });
});

describe('a CronJob', () => {
  const cron: KubeObject = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace: 'parking-staging' },
    spec: { schedule: '@daily' },
  };

  it('whose last run failed is ready with a warning, in the log and the report', async () => {
    const { cluster, run } = scene();
    await run([cron]);
    const uid = cluster.objects.get('CronJob/parking-staging/nightly')?.metadata.uid ?? '';
    expect(uid).not.toBe('');
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid, controller: true };
    cluster.patch({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'nightly-1', namespace: 'parking-staging', ownerReferences: [owner] },
      status: { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }] },
    });
    const report = await run([cron]);
    expect(report.outcome).toBe('ready');
    expect(report.objects[0]?.warning).toContain('its last run failed: DeadlineExceeded');
  });

  it('shares one list of the Jobs with the others', async () => {
    const { cluster, run } = scene();
    const list = cluster.list.bind(cluster);
    let lists = 0;
    cluster.list = async (kind, selection) => {
      if (kind.kind === 'Job') lists += 1;
      return list(kind, selection);
    };
    const weekly = { ...cron, metadata: { ...cron.metadata, name: 'weekly' } };
    expect((await run([cron, weekly])).outcome).toBe('ready');
    expect(lists).toBe(1);
  });

  it('whose runs cannot be read says so', async () => {
    const { cluster, run } = scene();
    const list = cluster.list.bind(cluster);
    cluster.list = async (kind, selection) => {
      if (kind.kind === 'Job') throw new Error('jobs.batch is forbidden');
      return list(kind, selection);
    };
    const report = await run([cron]);
    expect(report.outcome).toBe('ready');
    expect(report.objects[0]?.warning).toBe('whether its last run failed could not be read: jobs.batch is forbidden');
  });
});
