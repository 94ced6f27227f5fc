import { randomBytes } from 'node:crypto';
import { describe, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { cronRun } from '../../../src/objects/app/cron-run.ts';
import { FIELD_MANAGER } from '../../../src/objects/names.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { ownNamespace } from '../../support/kube/cluster.ts';
import { realPorts } from '../../support/kube/real.ts';
import { shop } from '../../support/kube/shop.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';
import { yamlOf } from '../../support/yaml.ts';
import { visit } from '../review/visit.ts';

const test = await requirePlatform('several processes on the real cluster');

describe.skipIf(!test).concurrent('an app of several processes on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);

  async function scene() {
    if (!test || !cluster) throw new Error('no platform');
    const { name: namespace, remove } = await ownNamespace(cluster, 'shop');
    namespaces.push(remove);
    const { baseImages, ingress } = test.platform;
    const [repository = '', digest = ''] = baseImages.python.split('@');
    const host = `shop-${randomBytes(4).toString('hex')}.localhost`;
    const ports = realPorts(test, cluster);
    const update = (deploy: object, env: Record<string, string> = {}) => {
      const environments = { staging: { namespace, host } };
      const file = { app: 'shop', image: { repository }, deploy, environments };
      const config = parseConfig(
        yamlOf({ ...file, ingress: { class: ingress.className, port: ingress.port } }),
        'slipway.yml',
      );
      const inputs = rollingUpdateInputs(new Inputs({ INPUT_IMAGE: digest, INPUT_TIMEOUT: '300s', ...env }));
      return runRollingUpdate(planRollout(inputs, { config, event: push(), workingDirectory: '/' }), ports);
    };
    const get = (kind: string, name: string) => {
      const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'batch/v1';
      return cluster.get({ apiVersion, kind, name, namespace });
    };
    const url = `http://${host}:${ingress.port}`;
    return { kube: cluster, namespace, url, update, get, log: ports.log };
  }

  const specOf = (object: KubeObject | undefined) => JSON.stringify(object?.spec);

  it('rolls out as one: each path reaches its process, the worker runs, the cron waits for its time', async ({
    expect,
  }) => {
    const { update, get, url, kube, namespace } = await scene();
    expect((await update(shop())).error).toBeUndefined();
    const read = async (path: string) => (await visit(`${url}${path}`)).body;
    await expect.poll(() => read('/api/lots'), { timeout: 60_000 }).toBe('api /api/lots');
    await expect.poll(() => read('/apiary'), { timeout: 60_000 }).toBe('web /apiary');
    expect((await get('Deployment', 'shop-worker'))?.status).toMatchObject({ availableReplicas: 1 });
    expect(await get('CronJob', 'shop-nightly')).toMatchObject({ spec: { schedule: '0 3 1 1 *', suspend: false } });
    expect(await kube.list({ apiVersion: 'batch/v1', kind: 'Job' }, { namespace })).toEqual([]);
    expect((await update(shop())).outcome).toBe('unchanged');
  });

  it('PR-1: goes back as one when its worker crashes: with its log, and with the cron of before', async ({
    expect,
  }) => {
    const { update, get } = await scene();
    expect((await update(shop())).error).toBeUndefined();
    const before = {
      web: specOf(await get('Deployment', 'shop-web')),
      cron: specOf(await get('CronJob', 'shop-nightly')),
    };
    const broken = await update(
      shop({
        web: { env: { VERSION: '2' } },
        worker: { command: 'echo the queue is not there; exit 1' },
        nightly: { schedule: '0 4 1 1 *' },
      }),
    );
    expect(broken.outcome).toBe('rolled-back');
    expect(broken.error?.message).toMatch(/shop-worker: container worker crashes on every start \(exit code 1/);
    expect(broken.error?.details.join('\n')).toContain('the queue is not there');
    expect(specOf(await get('Deployment', 'shop-web'))).toBe(before.web);
    expect(specOf(await get('CronJob', 'shop-nightly'))).toBe(before.cron);
  });

  it('PR-1: a worker that ends by itself is no worker', async ({ expect }) => {
    const { update } = await scene();
    const ended = await update(shop({ worker: { command: 'echo all done' } }), { INPUT_ON_FAILURE: 'leave' });
    expect(ended.outcome).toBe('failed');
    expect(ended.error?.message).toMatch(
      /container worker ends by itself \(exit code 0, \d+ times\) instead of running on/,
    );
    expect(ended.error?.remedy).toContain('deploy.crons');
  });

  it('PR-1: a worker that crashes after a slow start, within its startup, is never ready', async ({ expect }) => {
    const { update } = await scene();
    const worker = { startup: '20s', command: 'sleep 12; echo the queue is not there; exit 1' };
    const crashed = await update(shop({ worker }), { INPUT_ON_FAILURE: 'leave' });
    expect(crashed.error?.message).toMatch(/shop-worker: container worker .*\(exit code 1/);
  });

  it('PR-2: is written in its order: what comes after a process that is broken stays as it is', async ({ expect }) => {
    const { update, get } = await scene();
    const broken = await update(shop({ api: { command: 'exit 3' } }), { INPUT_ON_FAILURE: 'leave' });
    expect(broken.outcome).toBe('failed');
    expect(broken.error?.message).toContain('shop-api: container api crashes');
    expect(await get('Deployment', 'shop-web')).toBeUndefined();
    expect((await get('Deployment', 'shop-worker'))?.kind).toBe('Deployment');
  });

  it('PR-3: a cron whose last run failed is a warning, and one that an operator suspended stays suspended', async ({
    expect,
  }) => {
    const { update, get, kube } = await scene();
    expect((await update(shop({ nightly: { command: 'exit 5' } }))).error).toBeUndefined();
    const cron = await get('CronJob', 'shop-nightly');
    if (cron === undefined) throw new Error('no CronJob');
    const job = await kube.apply(cronRun(cron, Date.now()), { fieldManager: FIELD_MANAGER });
    const conditions = async () =>
      ((await get('Job', job.metadata.name))?.status as { conditions?: { type: string }[] } | undefined)?.conditions;
    await expect
      .poll(async () => (await conditions())?.map(({ type }) => type), { timeout: 120_000 })
      .toContain('Failed');
    await kube.replace({ ...cron, spec: { ...(cron.spec as object), suspend: true } }, { fieldManager: 'operator' });
    const next = await update(shop({ nightly: { command: 'exit 5' }, worker: { env: { VERSION: '2' } } }));
    expect(next.outcome).toBe('succeeded');
    const warning = next.annotations.find(({ title }) => title?.includes('shop-nightly'));
    expect(warning).toMatchObject({ level: 'warning' });
    expect(warning?.message).toMatch(/^it is suspended and does not run; its last run \(.*\) failed: /);
    expect((await get('CronJob', 'shop-nightly'))?.spec).toMatchObject({ suspend: true });
  });

  it('PR-4: takes the place of one process: requests are answered meanwhile', async ({ expect }) => {
    const { update, get, url } = await scene();
    const [web] = [shop().processes.web] as [{ command: string[] }];
    expect(
      (await update({ port: 3000, health: '/', command: web.command, replicas: 1, drain: '1s' })).error,
    ).toBeUndefined();
    const read = async () => (await visit(`${url}/`)).body;
    await expect.poll(read, { timeout: 60_000 }).toBe('web /');
    const answers = new Map<unknown, number>();
    let isOver = false;
    const asking = (async () => {
      while (!isOver) {
        const { status } = await visit(`${url}/`);
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    })();
    const result = await update(shop());
    isOver = true;
    await asking;
    expect(result.error).toBeUndefined();
    expect(await get('Deployment', 'shop')).toBeUndefined();
    expect([...answers.keys()]).toEqual([200]);
  });
});
