import { expect, it } from 'vitest';
import { PermissionMissing } from '../../../../../src/errors.ts';
import { ANNOTATIONS } from '../../../../../src/objects/names.ts';
import { notedState, notePhase } from '../../../../../src/stages/review/comment/noted-state.ts';
import { putToSleep, wake } from '../../../../../src/stages/review/environment/workloads.ts';
import { MemoryCluster } from '../../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../../support/kube/site.ts';
import { StepClock } from '../../../../support/step-clock.ts';

const PLACE = { name: 'parking-pr-7', uid: 'ours' };
const REF = { apiVersion: 'v1', kind: 'Namespace', name: PLACE.name };

function clusterWith(annotations: Record<string, string>): MemoryCluster {
  const cluster = new MemoryCluster();
  cluster.patch({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: PLACE.name, uid: PLACE.uid, annotations } });
  return cluster;
}

it('is awake once all of it is scaled, also where it does not become ready', async () => {
  const replicas = { 'Deployment/parking': 2 };
  const cluster = clusterWith({ [ANNOTATIONS.asleep]: JSON.stringify({ since: '2026-01-01T00:00:00Z', replicas }) });
  const app = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'parking', namespace: PLACE.name };
  const { apiVersion, kind, ...metadata } = app;
  cluster.patch({ apiVersion, kind, metadata, spec: { replicas: 0 } });
  const site = siteOf(cluster, { clock: new StepClock(0), signal: AbortSignal.abort() });
  await expect(wake(PLACE, site)).rejects.toThrow();
  expect((await cluster.get(app))?.spec).toMatchObject({ replicas: 2 });
  const noted = (await cluster.get(REF))?.metadata.annotations ?? {};
  expect(noted[ANNOTATIONS.asleep]).toBeUndefined();
  expect(noted[ANNOTATIONS.usedAt]).toBe('1970-01-01T00:00:00.000Z');
});

it('notes what a command came to, and keeps the rest of the state', async () => {
  const state = { app: 'parking', url: 'https://a.test', parts: [], phase: 'ready', answers: true, commit: 'c' };
  const cluster = clusterWith({ [ANNOTATIONS.state]: JSON.stringify(state) });
  const now = async () => notedState((await cluster.get(REF))?.metadata.annotations ?? {});
  await notePhase(PLACE, 'failed', siteOf(cluster));
  expect(await now()).toMatchObject({ phase: 'failed', answers: false, commit: 'c', url: 'https://a.test' });
  await notePhase(PLACE, 'ready', siteOf(cluster));
  expect(await now()).toMatchObject({ phase: 'ready', answers: true });
});

const CRON = { apiVersion: 'batch/v1', kind: 'CronJob' };
const cronJob = (name: string, suspend: boolean) => ({
  ...CRON,
  metadata: { name, namespace: PLACE.name },
  spec: { schedule: '@daily', suspend },
});

it('suspends schedules while it sleeps, and resumes those that ran before', async () => {
  const cluster = clusterWith({});
  cluster.patch(cronJob('hourly', false));
  cluster.patch(cronJob('nightly', true));
  const suspended = async () =>
    (await cluster.list(CRON, { namespace: PLACE.name })).map(({ metadata, spec }) => [
      metadata.name,
      (spec as { suspend: boolean }).suspend,
    ]);
  const site = siteOf(cluster);
  expect(await putToSleep(PLACE, site)).toBe(true);
  expect(await suspended()).toEqual([
    ['hourly', true],
    ['nightly', true],
  ]);
  // Once more, as after a run that was killed.
  await putToSleep(PLACE, site);
  await wake(PLACE, site);
  expect(await suspended()).toEqual([
    ['hourly', false],
    ['nightly', true],
  ]);
});

it('sleeps with an account that may not read CronJobs: it cannot have written any', async () => {
  const cluster = clusterWith({});
  const list = cluster.list.bind(cluster);
  cluster.list = async (kind, selection) => {
    if (kind.kind === 'CronJob') throw new PermissionMissing('cronjobs is forbidden');
    return list(kind, selection);
  };
  expect(await putToSleep(PLACE, siteOf(cluster))).toBe(true);
});

it('SEC-26: ends runs of crons before it sleeps, and keeps those that have ended', async () => {
  const cluster = clusterWith({});
  const run = (name: string, status: object) =>
    cluster.patch({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: PLACE.name }, spec: {}, status });
  run('mine-1', { active: 1 });
  run('mine-2', { conditions: [{ type: 'Suspended', status: 'False' }] });
  run('done', { conditions: [{ type: 'Complete', status: 'True' }] });
  const site = siteOf(cluster);
  await putToSleep(PLACE, site);
  const left = await cluster.list({ apiVersion: 'batch/v1', kind: 'Job' }, { namespace: PLACE.name });
  expect(left.map(({ metadata }) => metadata.name)).toEqual(['done']);
});
