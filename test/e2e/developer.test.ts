import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTraffic } from '../../local/demo/traffic.ts';
import { Job, logOf, type Ran, run, stepOf, together, type WorkflowOptions } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('the developer’s push');
const RATE = 50;
/** That an answer comes is what counts here; how soon, on a machine that is busy with other tests, is not. */
const PATIENCE_MS = 120_000;
const HEADING = '<h1>Parking</h1>';

function loadOn(scene: Scene, path: string) {
  const { port } = scene.platform.ingress;
  return startTraffic(port, `staging.${scene.app}.localhost`, path, RATE, PATIENCE_MS);
}

describe.skipIf(!platform)('a developer pushes to main', () => {
  let scene: Scene;
  /** References by digest of the first and second version. */
  const references: string[] = [];
  let second: GitHubEvent;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'dev');
    // The app, too, would rather refuse a request than let it wait.
    await scene.configure((config) => config.setIn(['deploy', 'env', 'DATABASE_TIMEOUT'], String(PATIENCE_MS / 1000)));
    await scene.prepare(scene.staging);
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  const url = () => scene.url(`staging.${scene.app}.localhost`);
  const page = async () => (await open(url())).text;
  /** A pod of the version before may answer until it has drained. */
  const shows = (text: string) => expect.poll(() => page(), { timeout: 120_000 }).toContain(text);
  const push = async (event: GitHubEvent, options: WorkflowOptions = {}) =>
    together((await run(scene, 'main.yml', event, options)).jobs, 'build', 'deploy');
  const digestOf = (reference: string | undefined) => reference?.split('@')[1];

  /** What main.yml does for a push, with requests all along from the moment in which its image is in the registry. */
  async function pushUnderTraffic(event: GitHubEvent, settled: <T>(result: T) => Promise<T>) {
    let over = false;
    const running = push(event).finally(() => (over = true));
    const pushed = async () => over || (await scene.registry.tags(scene.images)).includes(tagOf(event));
    await expect.poll(pushed, { timeout: 600_000, interval: 200 }).toBe(true);
    const traffic = loadOn(scene, '/lots');
    const job = await running.then(settled).finally(() => traffic.stop());
    const { sent, failed, causes, rate, p99 } = await traffic.stop();
    console.log(`${sent} requests at ${rate.toFixed(0)}/s, ${failed} failed, p99 ${p99.toFixed(0)} ms`);
    expect(sent).toBeGreaterThan(RATE);
    expect({ failed, causes }).toEqual({ failed: 0, causes: {} });
    return job;
  }
  const tagOf = ({ sha }: GitHubEvent) => `sha-${sha.slice(0, 12)}`;

  /** The last pod of the version before drains when the new ones are available: it, too, must not fail anybody. */
  async function untilOldOnesAreGone<T>(result: T): Promise<T> {
    await expect.poll(() => scene.cluster.podsOf(scene.staging, scene.app), { timeout: 120_000 }).toHaveLength(2);
    return result;
  }

  /** The digests in Deployment and pods: one and the same, or the test says what else is there. */
  async function serving(): Promise<string[]> {
    const image = await scene.cluster.imageOf(scene.staging, scene.app);
    return [...new Set([image, ...(await scene.cluster.running(scene.staging, scene.app))].map(digestOf))].map(String);
  }

  it('the first time: built, tested in the image, pushed, rolled out; one digest all the way', async () => {
    const event = await scene.push('Parking, under its own name');
    const job = await push(event, { preflight: true });
    expect(job?.result, logOf(job)).toBe('success');
    expect(stepOf(job, 'Preflight').outputs).toMatchObject({ outcome: 'succeeded', errors: '0' });
    const [build, test, pushed, rollout] = ['Build', 'Test', 'Push', 'Roll out to staging'].map((name) =>
      stepOf(job, name),
    );
    expect(Number(test?.outputs.passed)).toBeGreaterThan(10);
    expect(test?.outputs.failed).toBe('0');
    const reference = pushed?.outputs.reference ?? '';
    const { digest, config } = await scene.registry.manifest(scene.images, digestOf(reference) ?? '');
    expect(reference).toBe(`${scene.imageRepository}@${digest}`);
    expect(build?.outputs['image-id']).toBe(config);
    expect(await scene.docker.idOf(build?.outputs.image ?? '')).toBe(config);
    await expect.poll(() => serving(), { timeout: 120_000 }).toEqual([digest]);
    expect(await scene.cluster.running(scene.staging, scene.app)).toHaveLength(2);
    expect(await scene.registry.tags(scene.images)).toEqual(['main', tagOf(event)]);
    expect(rollout?.outputs).toMatchObject({ outcome: 'succeeded', revision: '1', changed: 'true', url: url() });
    expect(rollout?.outputs['previous-image']).toBeUndefined();
    expect(job?.environment).toEqual({ name: 'staging', url: url(), deployment: true });
    await shows(HEADING);
    references.push(reference);
  });

  it(`the second time, under ${RATE} requests a second: none fails`, async () => {
    await scene.repository.edit('parking/templates/front.html', (text) => text.replace(HEADING, '<h1>Parking II</h1>'));
    await scene.makeTestsQuick();
    second = await scene.push('Front page: a second edition');
    const job = await pushUnderTraffic(second, untilOldOnesAreGone);
    expect(job?.result, logOf(job)).toBe('success');
    const { outputs } = stepOf(job, 'Roll out to staging');
    expect(outputs).toMatchObject({ outcome: 'succeeded', revision: '2', 'previous-image': references[0] });
    await shows('<h1>Parking II</h1>');
    const reference = stepOf(job, 'Push').outputs.reference ?? '';
    await expect.poll(() => serving(), { timeout: 120_000 }).toEqual([digestOf(reference)]);
    expect(reference).not.toBe(references[0]);
    references.push(reference);
  });

  it('the same commit again: nothing is built, pushed or rolled out', async () => {
    const before = await scene.cluster.snapshot(scene.staging);
    const job = await push(second);
    expect(job?.result, logOf(job)).toBe('success');
    expect(stepOf(job, 'Build').outputs).toMatchObject({ outcome: 'unchanged', reused: 'true' });
    expect(stepOf(job, 'Push').outputs).toMatchObject({ outcome: 'unchanged', reference: references[1] });
    expect(stepOf(job, 'Roll out to staging').outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' });
    expect(await scene.cluster.snapshot(scene.staging)).toEqual(before);
  });

  it('a version that does not start: it is told why, and the one before serves', async () => {
    await scene.configure((config) => config.setIn(['deploy', 'reversible'], true));
    await scene.repository.edit(
      'gunicorn.conf.py',
      (text) => `${text}\nimport os\n\nkey = os.environ["PAYMENTS_KEY"]\n`,
    );
    const job = await pushUnderTraffic(await scene.push('Payments'), async (result) => result);
    expect(job?.result, logOf(job)).toBe('failure');
    const rollout = stepOf(job, 'Roll out to staging');
    expect(rollout.exitCode).toBe(1);
    expect(rollout.outputs.outcome, rollout.output).toBe('rolled-back');
    const [annotation] = rollout.annotations.filter(({ level }) => level === 'error');
    for (const told of [rollout.output, annotation?.message ?? '', rollout.summary]) {
      expect(told).toContain('crashes on every start');
      expect(told).toContain('PAYMENTS_KEY');
      expect(told).toMatch(/rolled back to .*-2/);
    }
    await expect.poll(() => serving(), { timeout: 120_000 }).toEqual([digestOf(references[1])]);
    await shows('<h1>Parking II</h1>');
  });

  it('and the next one goes out as if nothing had been', async () => {
    await scene.repository.git('revert', '--no-edit', 'HEAD');
    await scene.repository.edit('parking/templates/front.html', (text) => text.replace('Parking II', 'Parking III'));
    const job: Ran['jobs'][string] | undefined = await push(await scene.push('Without payments'));
    expect(job?.result, logOf(job)).toBe('success');
    expect(stepOf(job, 'Roll out to staging').outputs).toMatchObject({
      outcome: 'succeeded',
      'previous-image': references[1],
    });
    await shows('<h1>Parking III</h1>');
  });
});

/** The example drains by itself when it is told to end. Most apps do not: the small one is gone at the first SIGTERM. */
describe.skipIf(!platform)('a developer of an app that just ends', () => {
  let scene: Scene;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'abrupt');
    await roll(await pushed('1'));
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  /** The job of a version whose image is in the registry. */
  async function pushed(version: string): Promise<Job> {
    await scene.makeSmall(version, 2);
    await scene.configure((config) => config.deleteIn(['deploy', 'drain']));
    const job = new Job(scene, await scene.push(`Version ${version}`));
    for (const action of ['build-image', 'push-to-registry']) {
      const { exitCode, output } = await job.step(action);
      expect(exitCode, output).toBe(0);
    }
    return job;
  }
  async function roll(job: Job): Promise<void> {
    const { exitCode, output } = await job.step('rolling-update');
    expect(exitCode, output).toBe(0);
  }
  const onlyNewOnes = () =>
    expect.poll(() => scene.cluster.podsOf(scene.staging, scene.app), { timeout: 120_000 }).toHaveLength(2);

  it(`none of ${RATE} requests a second fails either: its pods serve until nobody asks them any more`, async () => {
    const second = await pushed('2');
    const traffic = loadOn(scene, '/version.txt');
    await roll(second)
      .then(onlyNewOnes)
      .finally(() => traffic.stop());
    const { sent, failed, causes } = await traffic.stop();
    console.log(`${sent} requests, ${failed} failed`);
    expect({ failed, causes }).toEqual({ failed: 0, causes: {} });
    expect((await open(scene.url(`staging.${scene.app}.localhost`, '/version.txt'))).text).toBe('2\n');
  });
});
