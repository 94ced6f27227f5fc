import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Release } from '../../src/objects/release.ts';
import { readRecord } from '../../src/objects/release-record.ts';
import type { KubeObject } from '../../src/ports.ts';
import type { RunningAction } from '../support/action-runner.ts';
import { Job } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('two rollouts at the same time');

const WAITS = /run \d+ \(http\S+\/actions\/runs\/\d+\/attempts\/1\) of \S+ holds \S+: waiting for it to end/;

describe.skipIf(!platform)('two rollouts at the same time', () => {
  let scene: Scene;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'two');
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  /** A version in the registry. Its pods serve when they are let: `open`. */
  async function version(name: string): Promise<GitHubEvent> {
    await scene.makeSmall(name);
    const gate = 'until [ -e /tmp/open ]; do sleep 0.2; done; exec python3 db/serve.py 0.0.0.0 8080';
    await scene.configure((config) => {
      config.setIn(['deploy', 'command'], ['sh', '-c', gate]);
      config.setIn(['deploy', 'startup'], '10m');
    });
    const event = await scene.push(`Version ${name}`);
    const job = new Job(scene, event);
    for (const action of ['build-image', 'push-to-registry']) {
      const { exitCode, output } = await job.step(action);
      expect(exitCode, output).toBe(0);
    }
    return event;
  }
  const begin = (event: GitHubEvent, inputs = {}) => new Job(scene, event).start('rolling-update', { inputs });

  /** Lets all pods serve that there are, and those that come while the run is at work. */
  async function open(running: RunningAction): Promise<void> {
    let over = false;
    void running.result.then(() => (over = true));
    const opened = new Set<string>();
    const touch = (pod: string) =>
      scene.cluster.exec(scene.staging, pod, ['touch', '/tmp/open']).then(
        () => opened.add(pod),
        // One that goes at this moment needs no opening; one that comes is asked again.
        () => undefined,
      );
    while (!over) {
      const pods = await scene.cluster.podsOf(scene.staging, scene.app);
      const names = pods.filter(({ status }) => status?.phase === 'Running').map(({ metadata }) => metadata.name);
      await Promise.all(names.filter((name) => !opened.has(name)).map(touch));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async function records(): Promise<Release[]> {
    const secrets = await scene.cluster.list(`/api/v1/namespaces/${scene.staging}/secrets`);
    const releases = secrets.flatMap((secret) => readRecord(secret as unknown as KubeObject)?.release ?? []);
    return releases.sort((a, b) => a.revision - b.revision);
  }

  it('K29: the second names the first, waits until it is over, and then rolls out its own', async () => {
    const [one, two] = [await version('1'), await version('2')];
    const first = await begin(one);
    await first.waitFor('nothing listens on port 8080');
    const image = await scene.cluster.imageOf(scene.staging, scene.app);
    const second = await begin(two);
    await second.waitFor(WAITS);
    expect(await scene.cluster.imageOf(scene.staging, scene.app)).toBe(image);
    await open(first);
    expect((await first.result).outputs).toMatchObject({ outcome: 'succeeded', revision: '1' });
    await open(second);
    const { outputs, output } = await second.result;
    expect(outputs, output).toMatchObject({ outcome: 'succeeded', revision: '2', 'previous-image': image });
    const [before, after] = await records();
    expect(Date.parse(after?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(before?.finishedAt ?? ''));
  });

  it('K30: an older commit that had to wait steps aside, and the same one finds nothing to do', async () => {
    const [two] = (await records()).slice(-1);
    const older = scene.github.actor.push('main', two?.commit ?? '');
    const three = await version('3');
    const first = await begin(three);
    await first.waitFor('nothing listens on port 8080');
    const waiting = [await begin(older), await begin(three)];
    for (const one of waiting) await one.waitFor(WAITS);
    await open(first);
    expect((await first.result).outputs).toMatchObject({ outcome: 'succeeded', revision: '3' });
    const [late, same] = await Promise.all(waiting.map(({ result }) => result));
    expect(late?.outputs, late?.output).toMatchObject({ outcome: 'superseded' });
    expect(late?.exitCode).toBe(0);
    expect(late?.output).toContain(`which is newer than ${older.sha.slice(0, 12)}`);
    expect(same?.outputs, same?.output).toMatchObject({ outcome: 'unchanged', revision: '3' });
    expect((await records()).map(({ revision, outcome }) => `${revision} ${outcome}`)).toEqual([
      '1 succeeded',
      '2 succeeded',
      '3 succeeded',
    ]);
    const back = await begin(older, { 'allow-downgrade': 'true' });
    await open(back);
    const { outputs, output } = await back.result;
    expect(outputs, output).toMatchObject({ outcome: 'succeeded', revision: '4' });
  });
});
