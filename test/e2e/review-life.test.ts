import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Accounts } from '../support/e2e/accounts.ts';
import { Job, logOf, type Ran, run, stepOf } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { requirePlatform } from '../support/platform.ts';
import { scratchFolder } from '../support/runner/scratch.ts';

const platform = await requirePlatform('the life of review environments');
const SEEDED = ['Airport', 'Harbour', 'Old Town'];
const HEADING = '<h1>Parking</h1>';

/**
 * The workflows around a review environment, each step by step as GitHub runs it, by the account that docs/kubernetes.md gives
 * to reviews: what it may not do, none of these acts needs.
 */
describe.skipIf(!platform)('the life of review environments, by the workflows to copy', () => {
  let scene: Scene;
  let accounts: Accounts;
  let kubeconfig: string;
  /** The pull request, and its image by digest. */
  let opened: GitHubEvent;
  let reference: string;
  /** The end of the run that built and tested a fork's commit. */
  let built: GitHubEvent;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'life');
    accounts = new Accounts(scene);
    await accounts.createNamespaces();
    await accounts.applyRoles('review-rbac');
    kubeconfig = join(scratchFolder(), 'kubeconfig');
    await writeFile(kubeconfig, await accounts.kubeconfig(accounts.reviews));
    await scene.makeTestsQuick();
    await scene.configure((config) => {
      const server = { namespace: `${scene.app}-databases`, memory: '512Mi' };
      const image = scene.platform.baseImages.postgres;
      config.setIn(['review', 'database'], { mode: 'shared', image, seed: 'db/seed.sql', server });
      config.setIn(['review', 'sleep'], '8h');
      config.setIn(['review', 'services'], {});
      config.setIn(['review', 'env'], {});
    });
    await scene.push('Parking, on a shared database server');
    scene.github.actor.permit('maintainer', 'write');
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(async () => {
    await scene?.cluster.remove(`/api/v1/namespaces/${scene.app}-databases`);
    await accounts?.remove();
    await scene?.close();
  });

  const on = (file: string, event: GitHubEvent, approve?: (environment: string, runId: number) => boolean) =>
    run(scene, file, event, { kubeconfig, ...(approve ? { approve } : {}) });
  const place = (number: number, path = '') => scene.url(`pr-${number}.${scene.app}.localhost`, path);
  const shows = (number: number, text: string) =>
    expect.poll(async () => (await open(place(number))).text, { timeout: 120_000 }).toContain(text);
  const lots = async (number: number) => {
    const { lots: all } = (await open(place(number, '/lots'))).json<{ lots: { name: string }[] }>();
    return all.map(({ name }) => name).sort();
  };
  const environments = () =>
    scene.cluster.list(
      '/api/v1/namespaces',
      `slipway.dev/repository-id=${scene.repositoryId},slipway.dev/pull-request`,
    );
  const records = () =>
    scene.cluster.list(
      `/api/v1/namespaces/${scene.app}-databases/configmaps`,
      `slipway.dev/repository-id=${scene.repositoryId},slipway.dev/pull-request`,
    );
  const comment = (number: number) => {
    const ours = scene.github.actor.comments(number).filter(({ author }) => author.type === 'Bot');
    expect(ours).toHaveLength(1);
    return ours[0]?.body ?? '';
  };

  /** Edits the front page on a branch of its own, which GitHub keeps under refs/pull, too. */
  async function change(branch: string, number: number, heading: string): Promise<string> {
    await scene.repository.branch(branch);
    await scene.repository.edit('parking/templates/front.html', (text) => text.replace(HEADING, heading));
    const sha = await scene.commit(heading);
    await scene.repository.git('update-ref', `refs/pull/${number}/head`, sha);
    return sha;
  }

  async function say(body: string, author = 'maintainer'): Promise<{ ran: Ran; reactions: string[] }> {
    const event = scene.github.actor.writeComment(1, body, author);
    const ran = await on('review-commands.yml', event);
    const { id } = event.payload.comment as { id: number };
    return { ran, reactions: scene.github.actor.reactions(id) };
  }

  it('review-template.yml builds what databases are copied from', async () => {
    const ran = await on('review-template.yml', scene.github.actor.schedule('17 3 * * *'));
    expect(ran.jobs.template?.result, logOf(ran.jobs.template)).toBe('success');
    expect(ran.signedIn).toEqual(['template']);
    expect(stepOf(ran.jobs.template, 'Build the template').outputs.outcome).toBe('succeeded');
    expect(await environments()).toEqual([]);
  });

  it('pull-request.yml brings up a copy with the data of the template', async () => {
    const sha = await change('charging', 1, '<h1>Charging</h1>');
    opened = scene.github.actor.openPullRequest({ title: 'Charging', branch: 'charging', sha });
    const ran = await on('pull-request.yml', opened);
    reference = stepOf(ran.jobs.build, 'Push').outputs.reference ?? '';
    expect(ran.jobs.review?.result, logOf(ran.jobs.review)).toBe('success');
    await shows(1, '<h1>Charging</h1>');
    expect(await lots(1)).toEqual(SEEDED);
    expect(await records()).toHaveLength(1);
  });

  it('a variant beside it, with a database of its own, and gone by its name', async () => {
    const job = new Job(scene, opened);
    const step = async (inputs: Record<string, string>) => {
      const ran = await job.step('review-environment', { inputs, env: { KUBECONFIG: kubeconfig } });
      expect(ran.exitCode, ran.output).toBe(0);
      return ran.outputs;
    };
    const { url } = await step({ operation: 'up', image: reference, variant: 'blue' });
    expect(url).toBe(scene.url(`pr-1-blue.${scene.app}.localhost`));
    expect([(await environments()).length, (await records()).length]).toEqual([2, 2]);
    expect(comment(1)).toContain(`${url}`);
    expect(await step({ operation: 'down', variant: 'blue' })).toMatchObject({ state: 'removed' });
    expect([(await environments()).length, (await records()).length]).toEqual([1, 1]);
    expect(await lots(1)).toEqual(SEEDED);
  });

  it('review-commands.yml: nobody without write access, and no job for other comments', async () => {
    const before = comment(1);
    const stranger = await say('/review down', 'stranger');
    expect(stranger.ran.jobs.command?.result, logOf(stranger.ran.jobs.command)).toBe('success');
    expect(stranger.reactions).toEqual(['confused']);
    expect((await say('Looks /review-able to me')).ran.jobs.command?.result).toBe('skipped');
    expect(comment(1)).toBe(before);
    expect(await environments()).toHaveLength(1);
  });

  it.each([
    ['logs', 'the last lines of each container'],
    ['extend 24h', 'it stays until'],
    ['sleep', 'nothing runs any more'],
    ['wake', 'it is awake, with its data'],
    ['restart', 'its pods are new, and ready'],
    ['up', 'answers at'],
    ['reset-database', 'answers at'],
  ])('review-commands.yml: /review %s', async (command, answer) => {
    if (command === 'reset-database') await open(place(1, '/lots'), { name: 'Gone', address: 'Here' });
    const { ran, reactions } = await say(`/review ${command}`);
    expect(ran.jobs.command?.result, logOf(ran.jobs.command)).toBe('success');
    expect(reactions).toEqual(['eyes', 'rocket']);
    expect(comment(1)).toContain(`\`/review ${command}\` (maintainer): `);
    expect(comment(1)).toContain(answer);
    if (command !== 'sleep') await expect.poll(() => lots(1), { timeout: 120_000 }).toEqual(SEEDED);
  });

  it('reap-environments.yml: who is idle sleeps; who lost the close event goes, with the database', async () => {
    const reap = async (event: GitHubEvent) => {
      const ran = await on('reap-environments.yml', event);
      expect(ran.jobs.reap?.result, logOf(ran.jobs.reap)).toBe('success');
      return stepOf(ran.jobs.reap, 'Reap environments').outputs;
    };
    const hourly = () => reap(scene.github.actor.schedule('17 * * * *'));
    const [environment] = await environments();
    const name = environment?.metadata.name ?? '';
    const annotations = { 'slipway.dev/used-at': '2020-01-01T00:00:00Z' };
    await scene.cluster.merge(`/api/v1/namespaces/${name}`, { metadata: { annotations } });
    expect(await hourly()).toMatchObject({ outcome: 'succeeded', removed: '0', slept: '1' });
    expect(comment(1)).toContain('💤');
    scene.github.actor.closePullRequest(1);
    expect(await reap(scene.github.actor.dispatch({ 'dry-run': 'true' }))).toMatchObject({ removed: '1' });
    expect(await environments()).toHaveLength(1);
    expect(await hourly()).toMatchObject({ outcome: 'succeeded', removed: '1' });
    expect([await environments(), await records()]).toEqual([[], []]);
    expect(comment(1)).toContain('Closed. The environment and its database are gone');
  });

  it('R7: a fork is built and tested without credentials, and nothing of it is in the cluster', async () => {
    const sha = await change('from-a-fork', 2, '<h1>Forked</h1>');
    const fork = { id: scene.repositoryId + 1, owner: 'somebody' };
    const event = scene.github.actor.openPullRequest({ title: 'From a fork', branch: 'from-a-fork', sha, fork });
    const asked = scene.github.actor.requests().length;
    const ran = await on('pull-request.yml', event);
    expect(ran.jobs.fork?.result, logOf(ran.jobs.fork)).toBe('success');
    expect([ran.jobs.review?.result, ran.jobs.remove?.result]).toEqual(['skipped', 'skipped']);
    // The quick test writes no report: its cases are not counted.
    expect(stepOf(ran.jobs.fork, 'Test').outputs).toMatchObject({ outcome: 'succeeded' });
    expect(stepOf(ran.jobs.fork, 'Test').outputs).not.toHaveProperty('passed');
    const tests = ['Read the results of the last tests', 'Test', 'Keep the results of the tests'];
    const steps = [
      'Check out',
      'Build',
      ...tests,
      'Read the findings of main',
      'Preflight',
      'Save the image',
      'Keep the image',
    ];
    expect(ran.jobs.fork?.steps.map(({ name }) => name)).toEqual(steps);
    expect([ran.jobs.fork?.granted, ran.signedIn]).toEqual([{ contents: 'read' }, []]);
    const writes = scene.github.actor.requests().slice(asked);
    expect(writes.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(scene.github.actor.comments(2)).toEqual([]);
    expect(await environments()).toEqual([]);
    const ofIt = `slipway.dev/repository-id=${scene.repositoryId},slipway.dev/pull-request=2`;
    expect(await scene.cluster.everything(ofIt)).toEqual([]);
    expect((await scene.registry.tags(scene.images)).filter((tag) => /^(pr-2$|fork-)/.test(tag))).toEqual([]);
    built = scene.github.actor.endRun(2, { id: ran.runId, name: 'Pull request', conclusion: 'success' });
    // The image is on a machine of its own.
    await scene.docker.removeImagesOf(scene.app);
  });

  const approvedBy = (login: string) => (environment: string, runId: number) => {
    scene.github.actor.reviewRun(runId, environment, login);
    return true;
  };

  it('R7: fork-review.yml, not approved: nothing is pushed or deployed, also where nobody guards the environment', async () => {
    const refused = await on('fork-review.yml', built, () => false);
    expect(refused.jobs.review).toMatchObject({ result: 'failure', steps: [] });
    expect(refused.signedIn).toEqual([]);
    const unguarded = await on('fork-review.yml', built, () => true);
    expect(unguarded.jobs.review?.result).toBe('failure');
    expect(stepOf(unguarded.jobs.review, 'Push').output).toContain('nobody has approved this run');
    expect(await environments()).toEqual([]);
    expect((await scene.registry.tags(scene.images)).filter((tag) => tag.startsWith('fork-'))).toEqual([]);
    const failed = scene.github.actor.endRun(2, { id: 1, name: 'Pull request', conclusion: 'failure' });
    expect((await on('fork-review.yml', failed)).jobs.review?.result).toBe('skipped');
  });

  it('R7, R8: fork-review.yml, approved: that commit is up, and the machine with the credentials keeps nothing of it', async () => {
    const ran = await on('fork-review.yml', built, approvedBy('mona'));
    expect(ran.jobs.review?.result, logOf(ran.jobs.review)).toBe('success');
    expect([ran.jobs.review?.environment?.name, ran.jobs.remove?.result]).toEqual(['fork-review', 'skipped']);
    const { sha } = scene.github.actor.pullRequests().find(({ number }) => number === 2)?.head ?? { sha: '' };
    expect(stepOf(ran.jobs.review, 'Push').outputs).toMatchObject({ outcome: 'succeeded', tags: `fork-${sha}` });
    expect(await scene.docker.imagesWith(`slipway.dev/app=${scene.app}`)).toEqual([]);
    await shows(2, '<h1>Forked</h1>');
    expect(await lots(2)).toEqual(SEEDED);
    expect(comment(2)).toContain(`mona has approved commit ${sha.slice(0, 12)} alone`);
    expect(comment(2)).toContain(sha);
  });

  it('R8: pushed to since the approval: the run says that it is void, and deploys nothing; closed, all is gone', async () => {
    const [environment] = await environments();
    const before = await scene.cluster.snapshot(environment?.metadata.name ?? '');
    scene.github.actor.synchronize(2);
    const ran = await on('fork-review.yml', built, approvedBy('mona'));
    for (const step of ['Push', 'Review environment']) {
      expect(stepOf(ran.jobs.review, step).outputs.outcome, step).toBe('superseded');
      expect(stepOf(ran.jobs.review, step).output).toContain('the approval by mona is void');
    }
    expect(await scene.cluster.snapshot(environment?.metadata.name ?? '')).toEqual(before);
    const closed = await on('fork-review.yml', scene.github.actor.closePullRequest(2, 'pull_request_target'));
    expect(closed.jobs.remove?.result, logOf(closed.jobs.remove)).toBe('success');
    expect(closed.jobs.review?.result).toBe('skipped');
    expect([await environments(), await records()]).toEqual([[], []]);
  });
});
