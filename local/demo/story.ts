import { setTimeout as sleep } from 'node:timers/promises';
import { fetchPage, until } from './browser.ts';
import { databaseReady, prepareEnvironment } from './databases.ts';
import type { Job } from './pipeline.ts';
import { keepComment } from './shown.ts';
import { tell } from './telling.ts';
import { startTraffic, type TrafficReport } from './traffic.ts';
import type { World } from './world.ts';

const RATE = 60;
/** Old pods drain for some seconds after the new ones are ready: the traffic goes on until they are gone. */
const DRAINED_MS = 6_000;
/** A version that never served has nothing to drain. */
const BACK_MS = 1_000;

/** What the operator prepares once: namespaces with a database, and the protected GitHub environment. */
export async function setUp(world: World): Promise<void> {
  await world.chapter('The operator prepares staging and production', async () => {
    const { platform, github, namespaces, example } = world;
    await Promise.all([
      prepareEnvironment(platform, example.name, namespaces.staging),
      prepareEnvironment(platform, example.name, namespaces.production),
      github.actor.protectEnvironment('staging', { branchPolicy: true }),
      github.actor.protectEnvironment('production', {
        requiredReviewers: true,
        branchPolicy: true,
        approvedBy: 'mona',
      }),
    ]);
    return `two namespaces, each with a PostgreSQL of its own; production is guarded by reviewers`;
  });
}

type Steps = { name: string; ms: number }[];
type RollOut = (job: Job, reference: string) => Promise<void>;

const rollOut: RollOut = async (job, image) => {
  await job.step('rolling-update', { environment: 'staging', image });
};

interface PipelineOptions {
  deploy?: RollOut;
  /** Outcome of build and tests: `unchanged` where the registry has the image of the same sources. Default: any success. */
  expected?: string | undefined;
}

/** Build, test, push, roll out: the workflow `main.yml`. Resolves to the reference by digest. */
async function pipeline(
  world: World,
  sha: string,
  steps: Steps,
  { deploy = rollOut, expected }: PipelineOptions = {},
): Promise<string> {
  await world.publish();
  await world.github.actor.putFile('slipway.yml', await world.repository.read('slipway.yml'));
  const job = world.job(await world.github.actor.push('main', sha));
  const built = await job.step('build-image', {}, expected);
  await job.step('run-tests', { image: built.outputs.image ?? '' }, expected);
  const pushed = await job.step('push-to-registry', { image: built.outputs.image ?? '' });
  const reference = pushed.outputs.reference ?? '';
  await deploy(job, reference);
  steps.push(...job.steps);
  return reference;
}

/**
 * The traffic while staging rolls. It begins with the roll-out, because build and tests take both processors of a small
 * machine, which a runner and a cluster do not share.
 * @param afterwardsMs for how long the traffic goes on after it
 */
async function underTraffic(world: World, afterwardsMs: number, work: () => Promise<unknown>): Promise<TrafficReport> {
  const load = startTraffic(world.platform.ingress.port, world.hosts.staging, world.example.path, RATE);
  await work().catch(async (error: unknown) => {
    await load.stop();
    throw error;
  });
  await sleep(afterwardsMs);
  return load.stop();
}

export async function firstPush(world: World): Promise<void> {
  await world.chapter('A push to main: build, test in the image, push, roll out to staging', async (steps) => {
    await pipeline(world, await world.repository.head(), steps, {
      deploy: async (job, image) => {
        await databaseReady(world.platform, world.namespaces.staging);
        await rollOut(job, image);
      },
    });
    world.urls.staging = world.url(world.hosts.staging);
    await expectPage(world, world.hosts.staging, world.example.heading.old);
    return `staging runs the first version, ${world.example.parts}: ${world.urls.staging}`;
  });
}

/** An open pull request, and what its review environment runs. */
export interface Reviewed {
  number: number;
  /** By digest. */
  reference: string;
}

export async function pullRequest(world: World): Promise<Reviewed> {
  let number = 0;
  let reference = '';
  await world.chapter(`A pull request: its review environment with its own ${world.example.backing}`, async (steps) => {
    const { title, branch, ...change } = world.example.pullRequest;
    await world.repository.branch(branch);
    const sha = await world.repository.change(change);
    await world.publish();
    const event = await world.github.actor.openPullRequest({ title, branch, sha });
    number = Number(event.payload.number);
    const job = world.job(event);
    const built = await job.step('build-image');
    await job.step('run-tests', { image: built.outputs.image ?? '' });
    const pushed = await job.step('push-to-registry', { image: built.outputs.image ?? '' });
    reference = pushed.outputs.reference ?? '';
    const review = await job.step('review-environment', { image: reference });
    steps.push(...job.steps);
    const url = new URL(review.outputs.url ?? '');
    await expectPage(world, url.hostname, world.example.heading.new);
    world.urls['pull request'] = `${world.github.url}/${world.github.repository}/pull/${number}`;
    tell.say(`the reviewer opens ${url.href} and sees the change, on seeded data`);
    await keepComment(world.github, number);
    const seen = await world.example.review?.(url.origin);
    if (seen !== undefined) tell.say(seen);
    await runCron(world, number, steps);
    return `pull request #${number} has a running copy at ${url.href}`;
  });
  return { number, reference };
}

/** The reviewer asks for the cron, which a review environment runs only then. */
async function runCron(world: World, number: number, steps: Steps): Promise<void> {
  const { example, github } = world;
  if (example.cron === undefined) return;
  const comment = `/review run ${example.cron}`;
  await github.actor.permit('mona', 'write');
  tell.say(`the reviewer comments ${comment}`);
  const command = world.job(await github.actor.writeComment(number, comment, 'mona'));
  await command.step('review-environment', { operation: 'command' });
  steps.push(...command.steps);
}

/** Merge: GitHub starts two workflows. The review environment is removed while staging rolls from old to new under traffic. */
export async function merge(
  world: World,
  { number, reference: reviewed }: Reviewed,
): Promise<{ traffic: TrafficReport; reference: string }> {
  const { branch, title } = world.example.pullRequest;
  const sha = await world.repository.merge(branch, `Merge pull request #${number}: ${title}`);
  await world.publish();
  const { closed } = await world.github.actor.mergePullRequest(number, sha);
  const removal = world.job(closed);
  let traffic: TrafficReport | undefined;
  let reference = '';
  await world.chapter(
    `Merged: the review environment is removed; staging rolls under ${RATE} requests a second`,
    async (steps) => {
      const removed = removal.step('review-environment');
      const deploy: RollOut = async (job, image) => {
        // Nothing is built before it now: the end of many pods would take the processors from the traffic.
        await removed;
        traffic = await underTraffic(world, DRAINED_MS, () => rollOut(job, image));
      };
      const [pushed] = await Promise.all([pipeline(world, sha, steps, { deploy, expected: 'unchanged' }), removed]);
      reference = pushed;
      if (reference !== reviewed) throw new Error(`staging runs ${reference}, the reviewers saw ${reviewed}`);
      steps.push(...removal.steps);
      if (!traffic) throw new Error('no traffic was measured');
      await expectPage(world, world.hosts.staging, world.example.heading.new);
      const requests = `${traffic.sent} requests at ${traffic.rate.toFixed(0)}/s while it rolled, ${traffic.failed} failed`;
      return `nothing was built or tested again: staging runs the digest that the reviewers saw; nothing of the review environment is left; ${requests}`;
    },
  );
  if (!traffic) throw new Error('no traffic was measured');
  return { traffic, reference };
}

export async function promotion(world: World, reference: string): Promise<void> {
  await world.chapter('A release manager promotes what staging runs', async (steps) => {
    await databaseReady(world.platform, world.namespaces.production);
    const job = world.job(await world.github.actor.dispatch({ to: 'production' }));
    const promoted = await job.step('promote', { from: 'staging', to: 'production' });
    steps.push(...job.steps);
    if (promoted.outputs.reference !== reference) {
      throw new Error(`promoted ${promoted.outputs.reference}, staging runs ${reference}`);
    }
    world.urls.production = world.url(world.hosts.production);
    await expectPage(world, world.hosts.production, world.example.heading.new);
    return `production runs the digest that staging runs: ${world.urls.production}`;
  });
}

/** A version that starts nowhere: Slipway says why, and staging is what it was. */
export async function brokenVersion(world: World): Promise<TrafficReport> {
  let traffic: TrafficReport | undefined;
  let reason = '';
  await world.chapter('A broken version: its diagnosis, and the way back', async (steps) => {
    const sha = await world.repository.change(world.example.broken);
    const deploy: RollOut = async (job, image) => {
      traffic = await underTraffic(world, BACK_MS, async () => {
        const failed = await job.step('rolling-update', { environment: 'staging', image }, 'rolled-back');
        reason = failed.annotations[0]?.message.split('\n')[0] ?? '';
      });
    };
    await pipeline(world, sha, steps, { deploy });
    if (!traffic) throw new Error('no traffic was measured');
    await expectPage(world, world.hosts.staging, world.example.heading.new);
    return `rolled back: ${reason}; ${traffic.sent} requests meanwhile, ${traffic.failed} failed`;
  });
  if (!traffic) throw new Error('no traffic was measured');
  return traffic;
}

async function expectPage(world: World, host: string, text: string): Promise<void> {
  const { port } = world.platform.ingress;
  await until(`http://${host}:${port}/ shows ${text}`, async () => (await fetchPage(port, host)).includes(text));
}
