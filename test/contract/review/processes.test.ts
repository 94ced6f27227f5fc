import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cronRun } from '../../../src/objects/app/cron-run.ts';
import { answering, working } from '../../support/kube/shop.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('review environments of several processes'))?.platform;

const DEPLOY = `
  env: { WORD: swordfish }
  processes:
    api: { port: 8080, command: ${JSON.stringify(answering('api', 8080))}, paths: [/api], drain: 1s, replicas: 3 }
    web: { port: 3000, command: ${JSON.stringify(answering('web', 3000))}, paths: [/], after: [api], drain: 1s }
    worker: { command: ${JSON.stringify(working('worker works'))}, grace: 1s }
  crons:
    nightly: { command: "echo the word is $WORD at $DATABASE_URL", schedule: "* * * * *" }
    broken: { command: "echo there is nothing to clean; exit 4", schedule: "@yearly" }
    letters: { command: "true", schedule: "@yearly" }
    endless: { command: "sleep 9999", schedule: "@yearly" }`;
const REVIEW =
  '{ host: "pr-{number}-$ID.localhost", crons: [letters], database: { image: "$REGISTRY/library/postgres:15" } }';

describe.skipIf(!platform)('a review environment of several processes', () => {
  let stage: ReviewStage;
  let image: string;
  let number: number;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    image = await stage.image('1', 1);
    stage.github.actor.permit('maintainer', 'write');
    stage.github.actor.permit('triager', 'read');
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
  });

  const body = () => stage.github.actor.comments(number).filter(({ author }) => author.type === 'Bot')[0]?.body ?? '';
  const list = (apiVersion: string, kind: string) =>
    stage.cluster.list({ apiVersion, kind }, { namespace: stage.namespace(number) });
  const suspended = async () =>
    Object.fromEntries(
      (await list('batch/v1', 'CronJob')).map(({ metadata, spec }) => [
        metadata.name,
        (spec as { suspend?: boolean }).suspend,
      ]),
    );
  const reactions = () => {
    const last = stage.github.actor
      .comments(number)
      .filter(({ author }) => author.type === 'User')
      .at(-1);
    return stage.github.actor.reactions(last?.id ?? 0);
  };
  const SUSPENDED = {
    'parking-nightly': true,
    'parking-broken': true,
    'parking-letters': false,
    'parking-endless': true,
  };

  it('each runs with one pod, and each path reaches its process; crons are suspended unless asked for', async () => {
    const event = stage.github.actor.openPullRequest({ title: 'shop', branch: 'shop' });
    number = stage.github.actor.pullRequests().length;
    const result = await stage.run(event, { image, deploy: DEPLOY, review: REVIEW });
    expect(result.error).toBeUndefined();
    const url = result.outputs.url ?? '';
    expect((await visit(`${url}/api/lots`)).body).toBe('api /api/lots');
    expect((await visit(`${url}/lots`)).body).toBe('web /lots');
    const deployments = await list('apps/v1', 'Deployment');
    expect(deployments.map(({ metadata, spec }) => [metadata.name, (spec as { replicas: number }).replicas])).toEqual(
      expect.arrayContaining([
        ['parking-api', 1],
        ['parking-web', 1],
        ['parking-worker', 1],
      ]),
    );
    expect(await suspended()).toEqual(SUSPENDED);
    expect(body()).toContain('parking-worker');
    expect(body()).toContain('deployment/parking-api --follow');
    expect(body()).toContain('run nightly');
  });

  it('/review logs shows one process, and names those that are there', async () => {
    expect((await stage.command(number, '/review logs worker')).error).toBeUndefined();
    expect(body()).toContain('worker works');
    expect(body()).not.toContain('parking-api-');
    await stage.command(number, '/review logs wroker');
    expect(body()).toContain('nothing runs as "wroker"; there are: api, database, web, worker.');
  });

  it('/review run runs a cron now, with its variables and the database, and shows its log', async () => {
    const before = (await list('batch/v1', 'Job')).length;
    expect((await stage.command(number, '/review run nightly')).error).toBeUndefined();
    expect(reactions()).toEqual(['eyes', 'rocket']);
    expect(body()).toContain('nightly succeeded after');
    // The address of the database holds its password.
    expect(body()).toContain('the word is swordfish at ***');
    expect(await list('batch/v1', 'Job')).toHaveLength(before + 1);
    expect(await suspended()).toEqual(SUSPENDED);
  });

  it('a run that fails is told with its log, and leaves the environment as it is', async () => {
    const result = await stage.command(number, '/review run broken');
    expect(result.outcome).toBe('failed');
    expect(reactions()).toEqual(['eyes', '-1']);
    expect(body()).toContain('broken failed after');
    expect(body()).toContain('there is nothing to clean');
    expect(body()).toContain('Open it:');
  });

  it('a cron that is not there, and a person who may not command, run nothing', async () => {
    const before = (await list('batch/v1', 'Job')).length;
    await stage.command(number, '/review run nightyl');
    expect(body()).toContain('there is no cron "nightyl"; there are: broken, endless, letters, nightly.');
    await stage.command(number, '/review run nightly', 'triager');
    expect(reactions()).toEqual(['confused']);
    expect(await list('batch/v1', 'Job')).toHaveLength(before);
  });

  it('SEC-26: sleeps and wakes as a whole, and ends runs of crons; restart replaces the pods of all processes', async () => {
    const uids = async () => {
      const pods = await list('v1', 'Pod');
      const running = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const named = running.map(({ metadata }) => [metadata.labels?.['app.kubernetes.io/component'], metadata.uid]);
      return Object.fromEntries(named) as Record<string, string>;
    };
    const before = await uids();
    expect((await stage.command(number, '/review restart')).error).toBeUndefined();
    const after = await uids();
    for (const name of ['api', 'web', 'worker']) expect(after[name]).not.toBe(before[name]);
    const endless = (await list('batch/v1', 'CronJob')).find(({ metadata }) => metadata.name === 'parking-endless');
    if (!endless) throw new Error('no CronJob parking-endless');
    const run = await stage.cluster.apply(cronRun(endless, Date.now()), { fieldManager: 'schedule' });
    await stage.command(number, '/review sleep');
    expect((await list('batch/v1', 'Job')).map(({ metadata }) => metadata.name)).not.toContain(run.metadata.name);
    expect(await suspended()).toEqual({ ...SUSPENDED, 'parking-letters': true });
    await stage.command(number, '/review run nightly');
    expect(body()).toContain('it is asleep: `/review wake` starts it');
    expect((await stage.command(number, '/review wake')).error).toBeUndefined();
    expect(await suspended()).toEqual(SUSPENDED);
    expect(body()).toContain('Open it:');
    await stage.command(number, '/review sleep');
    const deploy = DEPLOY.replace(/ {4}worker:.*\n/, '')
      .replace(/ {4}broken:.*\n/, '')
      .replace(/\n {4}endless:.*/, '');
    const pushed = await stage.run(stage.github.actor.synchronize(number), { image, deploy, review: REVIEW });
    expect(pushed.error).toBeUndefined();
    expect(await suspended()).toEqual({ 'parking-nightly': true, 'parking-letters': false });
    const left = (await list('apps/v1', 'Deployment')).map(({ metadata }) => metadata.name);
    expect(left.sort()).toEqual(['parking-api', 'parking-web']);
    await stage.command(number, '/review down');
    expect(await stage.leftovers(number)).toEqual([]);
  });
});
