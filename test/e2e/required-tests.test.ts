import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ActionResult } from '../support/action-runner.ts';
import { Job, type StepOptions } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { claimsOfJob, identityEnv } from '../support/github-double/identity.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('required tests');
const NO_EVIDENCE = 'there is no evidence that tests passed in the image, which tests.required of slipway.yml asks for';

describe.skipIf(!platform)('tests.required', () => {
  let scene: Scene;
  /** By digest: of a job that wrote no evidence, and staging runs it. */
  let bare: string;
  /** By digest: of a job that built, tested and pushed it with its identity. */
  let proven: string;
  let push: GitHubEvent;
  let pull: GitHubEvent;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'req');
    await Promise.all([scene.staging, scene.production].map((namespace) => scene.createNamespace(namespace)));
    scene.github.actor.protectEnvironment('production', { requiredReviewers: true, approvedBy: 'mona' });
    await scene.makeSmall('1');
    await scene.configure((config) => {
      config.set('tests', { unit: { run: 'true' } });
      config.set('review', { host: `pr-{number}.${scene.app}.localhost` });
    });
    const job = new Job(scene, await scene.push('Nothing is required'));
    bare = (await steps(job, ['build-image', 'run-tests', 'push-to-registry'])).outputs.reference ?? '';
    await steps(job, ['rolling-update'], { inputs: { image: bare } });
    await scene.configure((config) => config.setIn(['tests', 'required'], true));
    push = await scene.push('The tests are required');
    const sha = await scene.repository.head();
    await scene.repository.git('branch', 'change', sha);
    pull = scene.github.actor.openPullRequest({ title: 'A change', branch: 'change', sha });
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  /** Runs actions that must succeed; the result of the last. */
  async function steps(job: Job, actions: string[], options?: StepOptions): Promise<ActionResult> {
    let last: ActionResult | undefined;
    for (const action of actions) {
      last = await job.step(action, options);
      expect(last.exitCode, last.output).toBe(0);
    }
    return last as ActionResult;
  }

  /** What a job with `id-token: write` has. */
  function identity({ name, ref, sha }: GitHubEvent): Record<string, string> {
    const { repository, url } = scene.github;
    const claims = claimsOfJob({ repository, repositoryId: scene.repositoryId, event: name, ref, sha });
    return identityEnv(url, claims);
  }

  const deploys = (image: string): [string, GitHubEvent, Record<string, string>][] => [
    ['review-environment', pull, { operation: 'up', image }],
    ['rolling-update', push, { environment: 'staging', image }],
    ['promote', scene.github.actor.dispatch({}), { from: 'staging', to: 'production' }],
  ];
  const state = async () => [
    await scene.cluster.snapshot(scene.staging),
    await scene.cluster.snapshot(scene.production),
    await scene.cluster.list('/api/v1/namespaces', `slipway.dev/repository-id=${scene.repositoryId}`),
  ];

  it('keeps an untested image, and one without evidence, out of the registry', async () => {
    const before = await scene.registry.tags(scene.images);
    const untested = new Job(scene, push);
    await steps(untested, ['build-image']);
    const refused = await untested.step('push-to-registry', { env: identity(push) });
    expect(refused.exitCode, refused.output).toBe(1);
    expect(refused.output).toContain('unit');
    const unsigned = new Job(scene, push);
    await steps(unsigned, ['build-image', 'run-tests']);
    const silent = await unsigned.step('push-to-registry');
    expect(silent.exitCode, silent.output).toBe(1);
    expect(silent.output).toContain('id-token: write');
    expect(await scene.registry.tags(scene.images)).toEqual(before);
  });

  it('deploys and promotes no image without evidence, and writes nothing', async () => {
    const before = await state();
    for (const [action, event, inputs] of deploys(bare)) {
      const { exitCode, output, annotations } = await new Job(scene, event).step(action, { inputs });
      expect([action, exitCode], output).toEqual([action, 1]);
      const messages = annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
      expect(messages, output).toEqual([expect.stringContaining(NO_EVIDENCE)]);
      expect(messages[0]).toContain(`${bare}: unit`);
    }
    expect(await state()).toEqual(before);
  });

  it('lets an image pass that one job has built, tested and pushed with its identity', async () => {
    const job = new Job(scene, push);
    await steps(job, ['build-image'], { inputs: { force: 'true' } });
    proven = (await steps(job, ['run-tests', 'push-to-registry'], { env: identity(push) })).outputs.reference ?? '';
    expect(proven).not.toBe(bare);
    for (const [action, event, inputs] of deploys(proven)) await steps(new Job(scene, event), [action], { inputs });
    expect(await scene.cluster.imageOf(scene.production, scene.app)).toBe(proven);
  });
});
