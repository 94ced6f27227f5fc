import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Job, logOf, run, stepOf, together } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('the Go service with a chart of its own');

/** examples/ledger: an image without a shell, tests in another stage, a chart with a migration hook and a subchart. */
describe.skipIf(!platform)('a Go service with a chart of its own', () => {
  let scene: Scene;
  /** References by digest that staging has run. */
  const references: string[] = [];

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'ledger', 'ledger');
    await scene.prepare(scene.staging, scene.production);
    scene.github.actor.protectEnvironment('production', { requiredReviewers: true, approvedBy: 'mona' });
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  const push = async (event: GitHubEvent) => together((await run(scene, 'main.yml', event)).jobs, 'build', 'deploy');
  const staging = (path = '') => scene.url(`staging.${scene.app}.localhost`, path);
  const version = async (namespace: string) => [
    await scene.cluster.imageOf(namespace, scene.app),
    await scene.cluster.imageOf(namespace, `${scene.app}-auditor`),
  ];
  /** What the auditor has found in the environment behind a host. */
  const audit = async (url: string) => (await open(url)).json<{ audit: { wrong: number } | null }>().audit?.wrong;

  it('pushed: tested in the stage `test`, rolled out from the chart after its hook; the subchart works', async () => {
    const job = await push(await scene.push('Ledger'));
    expect(job?.result, logOf(job)).toBe('success');
    const [test, rollout] = ['Test', 'Roll out to staging'].map((name) => stepOf(job, name));
    expect(Number(test?.outputs.passed)).toBeGreaterThan(8);
    expect(rollout?.output).toContain(`hook ${scene.app}-migrate took`);
    references.push(stepOf(job, 'Push').outputs.reference ?? '');
    expect(await version(scene.staging)).toEqual([references[0], references[0]]);
    await expect.poll(() => audit(staging('/audit')), { timeout: 60_000 }).toBe(0);
    expect((await open(staging())).text).toContain('<h1>Ledger</h1>');
  });

  it('an auditor that does not start: red, with its log; staging is what it was', async () => {
    await scene.repository.edit('chart/values-staging.yaml', (text) => text.replace('every: 10s', 'every: soon'));
    const event = await scene.push('Audit soon');
    await scene.repository.git('revert', '--no-edit', 'HEAD');
    const job = await push(event);
    expect(job?.result, logOf(job)).toBe('failure');
    const rollout = stepOf(job, 'Roll out to staging');
    expect(rollout.outputs.outcome, rollout.output).toBe('rolled-back');
    expect(rollout.summary).toContain('AUDIT_EVERY is "soon"');
    expect(await version(scene.staging)).toEqual([references[0], references[0]]);
  });

  it('promoted: production runs the digest that staging runs', async () => {
    const event = scene.github.actor.dispatch({ to: 'production' });
    const { exitCode, outputs, output } = await new Job(scene, event).step('promote', { inputs: { to: 'production' } });
    expect(exitCode, output).toBe(0);
    expect(outputs).toMatchObject({ outcome: 'succeeded', reference: references[0] });
    expect(await version(scene.production)).toEqual([references[0], references[0]]);
    expect((await open(scene.url(`${scene.app}.localhost`))).text).toContain('<h1>Ledger</h1>');
  });

  it('a second version, and back by hand', async () => {
    await scene.repository.edit('ledger/page.html', (text) => text.replace('<h1>Ledger</h1>', '<h1>Ledger II</h1>'));
    await scene.configure((config) => config.delete('tests'));
    const job = await push(await scene.push('A second edition'));
    expect(job?.result, logOf(job)).toBe('success');
    await expect.poll(async () => (await open(staging())).text, { timeout: 60_000 }).toContain('Ledger II');
    const back = new Job(scene, scene.github.actor.dispatch({}));
    const inputs = { environment: 'staging', image: references[0] ?? '', 'allow-downgrade': 'true' };
    const { exitCode, output, outputs } = await back.step('rolling-update', { inputs });
    expect(exitCode, output).toBe(0);
    expect(outputs).toMatchObject({ outcome: 'succeeded', changed: 'true' });
    await expect.poll(async () => (await open(staging())).text, { timeout: 60_000 }).toContain('<h1>Ledger</h1>');
    expect(await version(scene.staging)).toEqual([references[0], references[0]]);
  });

  it('a pull request: reviewed from the same chart, on a database of its own', async () => {
    await scene.repository.branch('edition');
    await scene.repository.edit('ledger/page.html', (text) => text.replace('Ledger II</h1>', 'Ledger III</h1>'));
    const sha = await scene.commit('A third edition');
    await scene.repository.git('update-ref', 'refs/pull/1/head', sha);
    const opened = scene.github.actor.openPullRequest({ title: 'A third edition', branch: 'edition', sha });
    const { jobs } = await run(scene, 'pull-request.yml', opened);
    expect(jobs.review?.result, logOf(jobs.review)).toBe('success');
    const review = scene.url(`pr-1.${scene.app}.localhost`);
    expect(stepOf(jobs.review, 'Review environment').outputs).toMatchObject({ state: 'ready', url: review });
    const page = async () => (await open(review)).text;
    await expect.poll(page, { timeout: 60_000 }).toContain('<h1>Ledger III</h1>');
    expect(await page()).toContain('Ann');
    await expect.poll(() => audit(`${review}/audit`), { timeout: 60_000 }).toBe(0);
  });
});
