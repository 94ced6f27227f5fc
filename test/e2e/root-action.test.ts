import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Job, type StepOptions } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('the whole pipeline in one step');
/** Of a registry that asks for none. */
const PASSWORD = 'registry-s3cret';
const DIGEST = /@sha256:[0-9a-f]{64}$/;

describe.skipIf(!platform)('the root action decides from the event', () => {
  let scene: Scene;
  const own = () => `slipway.dev/app=${scene.app}`;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'root');
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  /** A version of a small service, with a test that reads its own environment and a review environment. */
  async function version(text: string): Promise<string> {
    await scene.makeSmall(text);
    await scene.configure((config) => {
      config.set('tests', { unit: { run: 'echo "environment: $(env | cut -d= -f1 | sort | tr "\\n" " ")"' } });
      config.set('review', { host: `pr-{number}.${scene.app}.localhost` });
    });
    return scene.commit(`Version ${text}`);
  }
  const pipeline = (event: GitHubEvent, options?: StepOptions) => new Job(scene, event).step('pipeline', options);
  /** What the job gives to an action that signs in by itself, and no cluster in the environment. */
  const credentials = (): StepOptions => ({
    inputs: {
      'kubeconfig-content': readFileSync(scene.platform.kubeconfig, 'utf8'),
      'registry-user': 'ci',
      'registry-password': PASSWORD,
    },
    env: { KUBECONFIG: '' },
  });
  /** What became of each stage, as the log says at its end: stages that did not run for one reason share a line. */
  const fates = (output: string): Record<string, string> => {
    const lines = output.matchAll(/^([a-z-]+(?:, [a-z-]+)*): ((?:succeeded|unchanged|failed|not run).*)$/gm);
    return Object.fromEntries(
      [...lines].flatMap(([, names = '', fate = '']) => names.split(', ').map((n) => [n, fate])),
    );
  };

  it('a push to main: built, tested, pushed, rolled out to staging; promotion waits for a person', async () => {
    const result = await pipeline(scene.github.actor.push('main', await version('1')), credentials());
    expect(result.exitCode, result.output).toBe(0);
    const log = result.log.lines.join('\n');
    expect(log).not.toContain(PASSWORD);
    expect(log.indexOf('signs in to ')).toBeGreaterThan(log.indexOf('environment: '));
    expect(readdirSync(result.folders.temp).filter((name) => name.startsWith('slipway-sign-in'))).toEqual([]);
    expect(result.outputs).toMatchObject({
      outcome: 'succeeded',
      reference: expect.stringMatching(DIGEST),
      url: scene.url(`staging.${scene.app}.localhost`),
      revision: '1',
    });
    expect(await scene.cluster.imageOf(scene.staging, scene.app)).toBe(result.outputs.reference);
    expect((await open(scene.url(`staging.${scene.app}.localhost`, '/version.txt'))).text).toBe('1\n');
    const fate = fates(result.output);
    for (const stage of ['build-image', 'run-tests', 'push-to-registry', 'rolling-update']) {
      expect(fate[stage]).toMatch(/^succeeded/);
      expect(result.summary).toContain(stage);
    }
    expect(fate.promote).toMatch(/^not run/);
    expect(await scene.cluster.find(`/api/v1/namespaces/${scene.production}`)).toBeUndefined();
  });

  it('a push to another branch: built, tested and pushed, and nothing is deployed', async () => {
    const before = await scene.cluster.snapshot(scene.staging);
    await scene.repository.branch('charging');
    const result = await pipeline(scene.github.actor.push('charging', await version('2')));
    expect(result.exitCode, result.output).toBe(0);
    expect(fates(result.output)['rolling-update']).toMatch(/^not run, only main/);
    expect(await scene.registry.tags(scene.images)).toContain('charging');
    expect(await scene.cluster.snapshot(scene.staging)).toEqual(before);
  });

  it('a pull request: its review environment; closed: gone', async () => {
    const sha = await scene.repository.head();
    const result = await pipeline(scene.github.actor.openPullRequest({ title: 'Charging', branch: 'charging', sha }));
    expect(result.exitCode, result.output).toBe(0);
    const url = scene.url(`pr-1.${scene.app}.localhost`);
    expect(result.outputs).toMatchObject({ outcome: 'succeeded', url, state: 'ready' });
    expect((await open(`${url}/version.txt`)).text).toBe('2\n');
    expect(scene.github.actor.comments(1).map(({ body }) => body)).toEqual([expect.stringContaining(url)]);
    const labels = `${own()},slipway.dev/pull-request=1`;
    expect(await scene.cluster.everything(labels)).not.toEqual([]);
    const closed = await pipeline(scene.github.actor.closePullRequest(1));
    expect(closed.exitCode, closed.output).toBe(0);
    expect(closed.outputs).toMatchObject({ outcome: 'succeeded', state: 'removed' });
    expect(await scene.cluster.everything(labels)).toEqual([]);
    expect(scene.github.actor.comments(1).map(({ body }) => body)).toEqual([expect.stringContaining('Closed.')]);
    expect((await open(scene.url(`staging.${scene.app}.localhost`, '/version.txt'))).text).toBe('1\n');
  });

  it('a failing test: what comes after does not run', async () => {
    const before = [await scene.cluster.snapshot(scene.staging), await scene.registry.tags(scene.images)];
    await scene.repository.git('switch', '--quiet', 'main');
    await version('3');
    await scene.configure((config) => config.setIn(['tests', 'unit', 'run'], 'echo "1 is not 2" && exit 3'));
    const result = await pipeline(await scene.push('A test that fails'));
    expect(result.exitCode, result.output).toBe(1);
    expect(result.outputs.outcome).toBe('failed');
    expect(result.output).toContain('1 is not 2');
    expect(fates(result.output)).toMatchObject({
      'run-tests': expect.stringMatching(/^failed/),
      'push-to-registry': 'not run, run-tests: failed',
      'rolling-update': 'not run, run-tests: failed',
    });
    expect([await scene.cluster.snapshot(scene.staging), await scene.registry.tags(scene.images)]).toEqual(before);
  });

  it('F16: a failing test of a pull request: its comment says so, and nothing else is done', async () => {
    await scene.repository.branch('broken');
    await version('5');
    await scene.configure((config) => config.setIn(['tests', 'unit', 'run'], 'exit 3'));
    const sha = await scene.commit('A test that fails');
    const number = scene.github.actor.pullRequests().length + 1;
    const event = scene.github.actor.openPullRequest({ title: 'Broken', branch: 'broken', sha });
    const result = await pipeline(event);
    expect(result.exitCode, result.output).toBe(1);
    expect(fates(result.output)['review-environment']).toBe('not run, run-tests: failed');
    expect(scene.github.actor.comments(number).map(({ body }) => body)).toEqual([
      expect.stringContaining(
        `commit ${sha.slice(0, 12)} was not deployed: its build, its tests or its preflight failed`,
      ),
    ]);
    expect(await scene.cluster.everything(`${own()},slipway.dev/pull-request=${number}`)).toEqual([]);
    await scene.repository.git('switch', '--quiet', 'main');
  });

  it('a fork, on a runner that carries credentials by mistake: its code meets none of them', async () => {
    await scene.repository.branch('mallory');
    const sha = await version('4');
    const fork = { id: scene.repositoryId + 1, owner: 'mallory' };
    const event = scene.github.actor.openPullRequest({ title: 'Mine', branch: 'mallory', sha, fork });
    const [asked, tags] = [scene.github.actor.requests().length, await scene.registry.tags(scene.images)];
    const result = await pipeline(event, {
      env: { GH_TOKEN: 'canary-token', GOOGLE_APPLICATION_CREDENTIALS: '/canary' },
    });
    expect(result.exitCode, result.output).toBe(0);
    const fate = fates(result.output);
    expect(fate['run-tests']).toMatch(/^succeeded/);
    for (const stage of ['push-to-registry', 'review-environment']) expect(fate[stage]).toMatch(/^not run, .*fork/);
    expect(/environment: .*/.exec(result.output)?.[0]).not.toMatch(/KUBECONFIG|TOKEN|GOOGLE/);
    expect(await scene.cluster.everything(`${own()},slipway.dev/pull-request=2`)).toEqual([]);
    expect(await scene.registry.tags(scene.images)).toEqual(tags);
    expect(scene.github.actor.requests().length).toBe(asked);
  });
});
