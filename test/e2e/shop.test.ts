import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Job, logOf, run, stepOf, together } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('the shop of several processes');
const PATIENCE = { timeout: 120_000 };
const PROCESSES = ['api', 'web', 'worker'];

interface Order {
  id: number;
  confirmation: string | null;
}
interface Status {
  orders: number;
  confirmed: number;
  cleanups: number;
}

/** examples/shop: three processes and a cron of two images, behind one host. */
describe.skipIf(!platform)('a shop of several processes and images', () => {
  let scene: Scene;
  /** The images of the first version: name=repository@sha256:…, one per line. */
  let first: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'shop', 'shop');
    await scene.prepare(scene.staging, scene.production);
    scene.github.actor.protectEnvironment('production', { requiredReviewers: true, approvedBy: 'mona' });
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  const push = async (event: GitHubEvent) => together((await run(scene, 'main.yml', event)).jobs, 'build', 'deploy');
  const staging = (path = '') => scene.url(`staging.${scene.app}.localhost`, path);
  const production = (path = '') => scene.url(`${scene.app}.localhost`, path);
  const review = (path = '') => scene.url(`pr-1.${scene.app}.localhost`, path);
  const page = async (url: string) => (await open(url)).text;
  const status = async (url: string) => (await open(url)).json<Status>();
  /** The image of each process and of the cron, as the environment has them. */
  async function images(namespace: string): Promise<string[]> {
    const cron = await scene.cluster.get(`/apis/batch/v1/namespaces/${namespace}/cronjobs/${scene.app}-nightly`);
    const { jobTemplate } = cron.spec as { jobTemplate: { spec: { template: { spec: PodSpec } } } };
    const processes = PROCESSES.map((name) => scene.cluster.imageOf(namespace, `${scene.app}-${name}`));
    return [...(await Promise.all(processes)), jobTemplate.spec.template.spec.containers[0]?.image ?? ''];
  }
  /** In the order of `images`. */
  function expected(reference: string): string[] {
    const of = Object.fromEntries(reference.split('\n').map((line) => line.split('=')));
    return [of.api, of.web, of.api, of.api];
  }
  async function ordered(host: (path: string) => string): Promise<void> {
    const { products } = (await open(host('/api/products'))).json<{ products: { id: number }[] }>();
    const body = { email: 'ann@example.com', items: [{ product: products[0]?.id, quantity: 1 }] };
    const placed = await open(host('/api/orders'), body);
    expect(placed.status, placed.text).toBe(201);
    const { id } = placed.json<Order>();
    const confirmation = async () => (await open(host(`/api/orders/${id}`))).json<Order>().confirmation;
    await expect.poll(confirmation, PATIENCE).toContain('1 × ');
  }
  /** A persistent environment begins empty: nobody seeds it. */
  const stock = (namespace: string) => {
    const insert = "INSERT INTO products (name, price_cents, stock) VALUES ('Mug', 1200, 9)";
    return scene.cluster.exec(namespace, 'sql-0', ['psql', '-U', 'shop', '-c', insert]);
  };

  it('pushed: both images tested and pushed, all processes rolled out, one host, and the worker works', async () => {
    const job = await push(await scene.push('Shop, under its own name'));
    expect(job?.result, logOf(job)).toBe('success');
    expect(Number(stepOf(job, 'Test').outputs.passed)).toBeGreaterThan(25);
    first = stepOf(job, 'Push').outputs.reference ?? '';
    expect(await images(scene.staging)).toEqual(expected(first));
    expect(stepOf(job, 'Roll out to staging').outputs).toMatchObject({ outcome: 'succeeded', url: staging() });
    await expect.poll(() => page(staging()), PATIENCE).toContain('<h1>Shop</h1>');
    await stock(scene.staging);
    await ordered(staging);
    expect(await page(staging())).toContain('Mug');
    expect(await status(staging('/api/status'))).toMatchObject({ orders: 1, confirmed: 1, cleanups: 0 });
  });

  it('a worker that does not start: red, with its log; every process is what it was', async () => {
    const event = await brokenWorker();
    const job = await push(event);
    expect(job?.result, logOf(job)).toBe('failure');
    const rollout = stepOf(job, 'Roll out to staging');
    expect(rollout.outputs.outcome, rollout.output).toBe('rolled-back');
    expect(rollout.summary).toContain(`${scene.app}-worker`);
    expect(rollout.summary).toContain('PAYMENTS_KEY');
    expect(await images(scene.staging)).toEqual(expected(first));
    await ordered(staging);
  });

  /** The commit is pushed, and the working copy is as before. */
  async function brokenWorker(): Promise<GitHubEvent> {
    await scene.configure((config) => {
      for (const name of ['api', 'web']) config.deleteIn(['tests', name]);
    });
    await scene.commit('The tests in the images have run');
    await scene.repository.edit('api/shop/worker.py', (text) =>
      text.replace('from redis', 'import os\n\nKEY = os.environ["PAYMENTS_KEY"]\n\nfrom redis'),
    );
    const event = await scene.push('Payments');
    await scene.repository.git('revert', '--no-edit', 'HEAD');
    return event;
  }

  it('promoted: production runs the digests that staging runs', async () => {
    const event = scene.github.actor.dispatch({ to: 'production' });
    const { exitCode, outputs, output } = await new Job(scene, event).step('promote', { inputs: { to: 'production' } });
    expect(exitCode, output).toBe(0);
    expect(outputs).toMatchObject({ outcome: 'succeeded', reference: first });
    expect(await images(scene.production)).toEqual(expected(first));
    await expect.poll(() => page(production()), PATIENCE).toContain('<h1>Shop</h1>');
  });

  it('a second version, and back by hand', async () => {
    await scene.repository.edit('web/src/page.js', (text) => text.replace('<h1>Shop</h1>', '<h1>Shop II</h1>'));
    const job = await push(await scene.push('A second edition'));
    expect(job?.result, logOf(job)).toBe('success');
    await expect.poll(() => page(staging()), PATIENCE).toContain('Shop II');
    const back = new Job(scene, scene.github.actor.dispatch({}));
    const inputs = { environment: 'staging', image: first, 'allow-downgrade': 'true' };
    const { exitCode, output, outputs } = await back.step('rolling-update', { inputs });
    expect(exitCode, output).toBe(0);
    expect(outputs).toMatchObject({ outcome: 'succeeded', changed: 'true' });
    expect(await images(scene.staging)).toEqual(expected(first));
    await expect.poll(() => page(staging()), PATIENCE).toContain('<h1>Shop</h1>');
  });

  it('a pull request: its own copy of all processes, on seeded data, with a worker that works', async () => {
    await scene.repository.branch('wrapping');
    await scene.repository.edit('web/src/page.js', (text) => text.replace('Shop II</h1>', 'Shop, wrapped</h1>'));
    const sha = await scene.commit('Front page: gift wrapping');
    await scene.repository.git('update-ref', 'refs/pull/1/head', sha);
    const opened = scene.github.actor.openPullRequest({ title: 'Gift wrapping', branch: 'wrapping', sha });
    const { jobs } = await run(scene, 'pull-request.yml', opened);
    expect(jobs.review?.result, logOf(jobs.review)).toBe('success');
    expect(stepOf(jobs.review, 'Review environment').outputs).toMatchObject({ state: 'ready', url: review() });
    await expect.poll(() => page(review()), PATIENCE).toContain('<h1>Shop, wrapped</h1>');
    expect(await page(review())).toContain('Enamel mug');
    // The black-box test has run against it, and has ordered something itself.
    expect(stepOf(jobs.review, 'Review environment').output).toContain('test shop');
    await ordered(review);
    expect(await status(review('/api/status'))).toEqual({ version: 'dev', orders: 4, confirmed: 2, cleanups: 0 });
  });

  it('/review run nightly: the cron runs once, at once, and its log is the answer', async () => {
    scene.github.actor.permit('maintainer', 'write');
    const event = scene.github.actor.writeComment(1, '/review run nightly', 'maintainer');
    const { jobs } = await run(scene, 'review-commands.yml', event);
    expect(jobs.command?.result, logOf(jobs.command)).toBe('success');
    expect(stepOf(jobs.command, 'Carry it out').summary).toContain(
      'old orders deleted: 1; orders enqueued that had no confirmation: 1',
    );
    // The seed has an order that is too old, and one that nobody had confirmed.
    const after = { version: 'dev', orders: 3, confirmed: 3, cleanups: 1 };
    await expect.poll(() => status(review('/api/status')), PATIENCE).toEqual(after);
  });
});

interface PodSpec {
  containers: { image: string }[];
}
