import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Job } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('cancelled and killed runs');

/** The pods run, and are never ready. */
const NEVER_READY = { port: 8080, health: '/nowhere.txt', startup: '10m' };

describe.skipIf(!platform)('a run that is ended in the middle', () => {
  let scene: Scene;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'cut');
    const result = await (await jobOf('1')).rollOut();
    expect(result.exitCode, result.output).toBe(0);
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  /** A pushed version, and its rollout to staging: to its end, or begun. */
  async function jobOf(version: string, deploy: Record<string, unknown> = {}) {
    await scene.makeSmall(version);
    await scene.configure((config) => {
      for (const [key, value] of Object.entries(deploy)) config.setIn(['deploy', key], value);
    });
    return deployable(await scene.push(`Version ${version}`));
  }
  async function deployable(event: GitHubEvent) {
    const job = new Job(scene, event);
    for (const action of ['build-image', 'push-to-registry']) {
      const { exitCode, output } = await job.step(action);
      expect(exitCode, output).toBe(0);
    }
    return { event, rollOut: () => job.step('rolling-update'), begin: () => job.start('rolling-update') };
  }
  /** A pod of the version before may answer until it has drained. */
  const answers = (version: string) => expect.poll(() => serving(), { timeout: 120_000 }).toBe(version);
  const serving = async () => (await open(scene.url(`staging.${scene.app}.localhost`, '/version.txt'))).text.trim();

  it('K25: cancelled by the runner during a rollout: says so within its budget, and blocks nothing', async () => {
    const { begin } = await jobOf('2', NEVER_READY);
    const running = await begin();
    await running.waitFor('GET /nowhere.txt answered 404');
    const result = await running.cancel();
    // SIGINT was enough: SIGTERM comes after 7.5 s, SIGKILL after 10.
    expect(result.cancelledBy, result.output).toBe('SIGINT');
    expect(result.exitCode).toBe(1);
    expect(result.outputs.outcome).toBe('cancelled');
    expect(result.summary).toContain('ancelled');
    expect(result.output).toMatch(/rolled back to \S+-1 \(.*\): its objects were written again/);
    await answers('1');
    const next = await (await jobOf('3')).rollOut();
    expect(next.exitCode, next.output).toBe(0);
    expect(next.outputs).toMatchObject({ outcome: 'succeeded', changed: 'true' });
    await answers('3');
  });

  it('K27: killed without a word during a rollout: the next run takes up what it finds', async () => {
    const { begin, event } = await jobOf('4', NEVER_READY);
    const running = await begin();
    await running.waitFor('GET /nowhere.txt answered 404');
    const { outputs } = await running.kill();
    expect(outputs).toEqual({});
    await answers('3');
    const again = await (await deployable(event)).begin();
    await again.waitFor('GET /nowhere.txt answered 404');
    await again.kill();
    const next = await (await jobOf('5')).rollOut();
    expect(next.exitCode, next.output).toBe(0);
    expect(next.outputs).toMatchObject({ outcome: 'succeeded', changed: 'true' });
    await answers('5');
  });

  it('cancelled while tests run: their containers and networks go with it', async () => {
    await scene.makeSmall('6');
    await scene.configure((config) => {
      const image = scene.platform.baseImages.memcached;
      config.set('tests', { slow: { run: 'echo begun && sleep 600', services: [{ engine: 'memcached', image }] } });
    });
    const job = new Job(scene, await scene.push('A slow test'));
    expect((await job.step('build-image')).exitCode).toBe(0);
    const running = await job.start('run-tests');
    await running.waitFor('begun');
    // The test's container, the service's, and their network.
    expect(await scene.docker.leftWith(`slipway.dev/app=${scene.app}`)).toHaveLength(3);
    const result = await running.cancel();
    expect(result.cancelledBy, result.output).toBe('SIGINT');
    expect(result.outputs.outcome).toBe('cancelled');
    expect(await scene.docker.leftWith(`slipway.dev/app=${scene.app}`)).toEqual([]);
  });
});
