import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeLease } from '../../../src/stages/lease/take-lease.ts';
import { leaseClaimOf } from '../../../src/stages/review/environment/environment-lease.ts';
import type { RunTests } from '../../../src/stages/review/tests.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage, SERVE } from './stage.ts';

const platform = (await requirePlatform('the removal of review environments'))?.platform;
const BARE = { deploy: `{ command: "${SERVE}", drain: 1s }`, review: '{ host: "pr-{number}-$ID.localhost" }' };

describe.skipIf(!platform).concurrent('a removal while a run is at work', () => {
  let stage: ReviewStage;
  let image: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    image = await stage.image('1', 1);
    stage.github.actor.permit('maintainer', 'write');
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
  });

  /** An environment in which another run is at work, as it says. */
  const busy = async (title: string, run: number) => {
    const event = stage.github.actor.openPullRequest({ title, branch: title });
    const number = stage.github.actor.pullRequests().length;
    expect((await stage.run(event, { image, ...BARE })).outputs.state).toBe('ready');
    const namespace = stage.namespace(number);
    const claim = leaseClaimOf({ app: 'parking', namespace, run: `https://github.test/acme/runs/${run}` });
    const { lease } = await takeLease(claim, { ...stage.ports(), cluster: stage.cluster });
    const isThere = async () => {
      const live = await stage.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      return live !== undefined && live.metadata.deletionTimestamp === undefined;
    };
    const comment = () => stage.github.actor.comments(number).find(({ author }) => author.type === 'Bot')?.body ?? '';
    return { number, namespace, lease, isThere, comment };
  };

  it('R4: that a reviewer asks for waits for it: what is being brought up is not left half gone', async ({
    expect,
    onTestFinished,
  }) => {
    const { number, namespace, lease, isThere, comment } = await busy('asked', 41);
    onTestFinished(() => lease.release());
    const down = stage.command(number, '/review down');
    const waits = `run 41 (https://github.test/acme/runs/41) holds ${namespace}/parking: waiting`;
    await expect.poll(() => stage.lines.join('\n'), { timeout: 120_000 }).toContain(waits);
    expect(await isThere()).toBe(true);
    await lease.release();
    expect((await down).outputs.state).toBe('removed');
    expect(await stage.leftovers(number)).toEqual([]);
    expect(comment()).toContain('it is removed');
  });

  it('R4: while the tests of an environment run, has the last word: nothing says that it is there', async ({
    expect,
  }) => {
    const event = stage.github.actor.openPullRequest({ title: 'tested', branch: 'tested' });
    const number = stage.github.actor.pullRequests().length;
    const runTests: RunTests = async () => {
      expect((await stage.command(number, '/review down')).outputs.state).toBe('removed');
      return {
        stage: 'run-tests',
        outcome: 'succeeded',
        headline: 'passed',
        outputs: {},
        steps: [],
        ms: 0,
        blocks: [],
        annotations: [],
      };
    };
    const tests = '{ api: { run: "true", against: review } }';
    const up = stage.run(event, { image, ...BARE, tests, ports: { runTests } });
    await expect(up).rejects.toThrow(/was removed, or deployed to by another run, since this run brought it up/);
    const bot = stage.github.actor.comments(number).find(({ author }) => author.type === 'Bot')?.body ?? '';
    expect(bot).toContain('it is removed');
    expect(bot).not.toContain('Open it:');
    const [deployment] = stage.github.actor.deployments(`review/pr-${number}`);
    expect(deployment?.statuses.at(-1)?.state).toBe('inactive');
  });

  it('R1: for a pull request that is closed waits for nobody', async ({ expect, onTestFinished }) => {
    const { number, lease, isThere } = await busy('closed', 42);
    onTestFinished(() => lease.release());
    await stage.run(stage.github.actor.closePullRequest(number), BARE);
    expect(await isThere()).toBe(false);
    expect(await stage.leftovers(number)).toEqual([]);
  });
});
