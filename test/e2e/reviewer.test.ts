import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Live } from '../support/e2e/cluster.ts';
import { logOf, type Ran, run, stepOf, type WorkflowOptions } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('the reviewer’s pull request');
const HEADING = '<h1>Parking</h1>';
const SEEDED = ['Airport', 'Harbour', 'Old Town'];

describe.skipIf(!platform)('a reviewer and a pull request', () => {
  let scene: Scene;
  /** Secret with the password, and volume, of the first deploy. */
  let first: unknown;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'rev');
    await scene.push('Parking, under its own name');
    await scene.repository.branch('charging');
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  const url = (path = '') => `${scene.url(`pr-1.${scene.app}.localhost`)}${path}`;
  /** A pod of the version before may answer until it has drained. */
  const shows = (text: string) =>
    expect.poll(async () => (await open(url())).text, { timeout: 120_000 }).toContain(text);
  const on = (event: GitHubEvent, options: WorkflowOptions = {}) =>
    run(scene, 'pull-request.yml', event, { folder: 'complete/google-cloud', ...options });
  const review = ({ jobs }: Ran) => stepOf(jobs.review, 'Review environment');
  const lots = async () => {
    const { lots } = (await open(url('/lots'))).json<{ lots: { name: string }[] }>();
    return lots.map(({ name }) => name).sort();
  };
  const comment = () => {
    const all = scene.github.actor.comments(1);
    expect(all.map(({ body }) => body)).toHaveLength(1);
    return all[0]?.body ?? '';
  };
  const deployments = () => scene.github.actor.deployments('review/pr-1').map(({ statuses }) => statuses.at(-1));
  const labels = () => `slipway.dev/repository-id=${scene.repositoryId}`;

  /** A new commit on the branch of the pull request, which GitHub keeps under refs/pull as well. */
  async function commit(message: string, number = 1): Promise<string> {
    const sha = await scene.commit(message);
    await scene.repository.git('update-ref', `refs/pull/${number}/head`, sha);
    return sha;
  }

  async function database(): Promise<unknown> {
    const [namespace] = await scene.cluster.list('/api/v1/namespaces', labels());
    const base = `/api/v1/namespaces/${namespace?.metadata.name}`;
    const secret: Live = await scene.cluster.get(`${base}/secrets/database`);
    const claim = await scene.cluster.get(`${base}/persistentvolumeclaims/data-database-0`);
    return [secret.metadata.uid, secret.data, claim.metadata.uid];
  }

  async function expectNothingLeft(): Promise<void> {
    expect(await scene.cluster.everything(labels())).toEqual([]);
    expect(await scene.cluster.everything(`slipway.dev/app=${scene.app}`)).toEqual([]);
    expect(await scene.docker.imagesWith(`slipway.dev/app=${scene.app}`)).toEqual([]);
    expect(await scene.docker.imagesOf(scene.imageRepository)).toEqual([]);
    expect((await open(url())).status).toBe(404);
    expect(deployments().map((status) => status?.state)).not.toContain('success');
    expect(new Set(deployments().map((status) => status?.state))).toEqual(new Set(['inactive']));
    expect(comment()).toContain('Closed. The environment and its database are gone');
  }

  it('opened: a running copy with seeded data, and the pull request says where', async () => {
    await scene.repository.edit('parking/templates/front.html', (text) => text.replace(HEADING, '<h1>Charging</h1>'));
    const sha = await commit('Front page: charging');
    const opened = scene.github.actor.openPullRequest({ title: 'Charging', branch: 'charging', sha });
    const ran = await on(opened, { preflight: true });
    expect(stepOf(ran.jobs.build, 'Preflight').outputs).toMatchObject({ outcome: 'succeeded', errors: '0' });
    expect(ran.jobs.review?.result, logOf(ran.jobs.review)).toBe('success');
    expect([ran.jobs.fork?.result, ran.jobs.remove?.result]).toEqual(['skipped', 'skipped']);
    expect(review(ran).outputs).toMatchObject({ outcome: 'succeeded', url: url(), state: 'ready' });
    await shows('<h1>Charging</h1>');
    expect(await lots()).toEqual(SEEDED);
    expect(comment()).toContain(url());
    expect(comment()).toContain(sha);
    expect(comment()).toContain('seeded from db/seed.sql');
    expect(deployments()).toMatchObject([{ state: 'success', environmentUrl: url() }]);
    first = await database();
  });

  it('synchronized: the change is there, and so is what the reviewer wrote; still one comment', async () => {
    const written = await open(url('/lots'), { name: 'By the reviewer', address: 'Here' });
    expect(written.status, written.text).toBe(201);
    await scene.repository.edit('parking/templates/front.html', (text) =>
      text.replace('Charging', 'Electric charging'),
    );
    await scene.makeTestsQuick();
    const sha = await commit('Front page: electric');
    const ran = await on(scene.github.actor.synchronize(1, sha));
    expect(ran.jobs.review?.result, logOf(ran.jobs.review)).toBe('success');
    await shows('<h1>Electric charging</h1>');
    expect(await lots()).toEqual([...SEEDED, 'By the reviewer'].sort());
    expect(await database()).toEqual(first);
    expect(comment()).toContain(sha);
    expect(comment()).toContain('with the data of before');
    expect(deployments().map((status) => status?.state)).toEqual(['inactive', 'success']);
  });

  it('a change that does not start: the comment tells why, and what was there before answers', async () => {
    await scene.repository.edit(
      'gunicorn.conf.py',
      (text) => `${text}\nimport os\n\nkey = os.environ["PAYMENTS_KEY"]\n`,
    );
    const ran = await on(scene.github.actor.synchronize(1, await commit('Payments')));
    expect(ran.jobs.review?.result, logOf(ran.jobs.review)).toBe('failure');
    expect(review(ran).exitCode).toBe(1);
    expect(review(ran).outputs).toMatchObject({ outcome: 'failed', state: 'failed' });
    expect(comment()).toContain('❌');
    expect(comment()).toContain('crashes on every start');
    expect(comment()).toContain('PAYMENTS_KEY');
    expect(comment()).toContain('The earlier version still answers at');
    expect(deployments().at(-1)).toMatchObject({ state: 'failure' });
    await shows('<h1>Electric charging</h1>');
    expect(await lots()).toContain('By the reviewer');
  });

  it('closed: nothing is left of it in cluster or Docker, and the comment says so', async () => {
    expect(await scene.docker.imagesWith(`slipway.dev/app=${scene.app}`)).not.toEqual([]);
    expect(await scene.cluster.everything(labels())).not.toEqual([]);
    const ran = await on(scene.github.actor.closePullRequest(1));
    expect(ran.jobs.remove?.result, logOf(ran.jobs.remove)).toBe('success');
    expect([ran.jobs.review?.result, ran.jobs.fork?.result]).toEqual(['skipped', 'skipped']);
    expect(stepOf(ran.jobs.remove, 'Remove').outputs).toMatchObject({ outcome: 'succeeded', state: 'removed' });
    await expectNothingLeft();
  });

  it('reopened: it is up again, with a new database', async () => {
    await scene.repository.git('revert', '--no-edit', 'HEAD');
    await scene.repository.git('update-ref', 'refs/pull/1/head', 'HEAD');
    scene.github.actor.synchronize(1, await scene.known());
    const ran = await on(scene.github.actor.reopenPullRequest(1));
    expect(ran.jobs.review?.result, logOf(ran.jobs.review)).toBe('success');
    await shows('<h1>Electric charging</h1>');
    expect(await lots()).toEqual(SEEDED);
    expect(await database()).not.toEqual(first);
    expect(comment()).toContain('✅');
  });
});
