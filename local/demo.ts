import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from '../scripts/build.ts';
import { removeEnvironments } from './demo/databases.ts';
import { startGitHub, stopGitHub } from './demo/github.ts';
import { removeReviewEnvironments } from './demo/leftovers.ts';
import { Repository } from './demo/repository.ts';
import { closing, type DemoResult, write } from './demo/result.ts';
import { DEMO_FOLDER, repositoryRoot } from './demo/root.ts';
import { brokenVersion, firstPush, merge, promotion, pullRequest, setUp } from './demo/story.ts';
import { tell } from './demo/telling.ts';
import { World } from './demo/world.ts';
import { parseOptions, UsageError } from './options.ts';
import { currentPlatform, ensurePlatform } from './platform.ts';

/**
 * `npm run demo`: the example through the whole pipeline on the local platform, every action run by its own action.yml
 * as a runner runs it. `-- --down` removes what it made; the platform stays (`npm run local:down`).
 */
async function demo(args: string[]): Promise<void> {
  const started = Date.now();
  console.log('Slipway: an application from a push to production, on this machine.');
  tell.title('0. The local platform: registry, Docker, Kubernetes');
  const [platform] = await Promise.all([ensurePlatform(parseOptions(args)), bundle()]);
  tell.good(
    `Kubernetes ${platform.kubernetesVersion}, registry ${platform.registry}, ingress on port ${platform.ingress.port}`,
  );
  const github = await startGitHub('acme/parking');
  const example = join(repositoryRoot, 'examples', 'parking');
  const world = new World(platform, github, await Repository.create(join(DEMO_FOLDER, 'parking'), example, platform));
  await setUp(world);
  await firstPush(world);
  const number = await pullRequest(world);
  const { traffic, reference } = await merge(world, number);
  await promotion(world, reference);
  const broken = await brokenVersion(world);
  await finish(world, { update: traffic, broken }, reference, Date.now() - started);
}

async function finish(world: World, traffic: DemoResult['traffic'], digest: string, ms: number): Promise<void> {
  const { kubernetesVersion: kubernetes } = world.platform;
  const { chapters, urls } = world;
  const result: DemoResult = { finishedAt: new Date().toISOString(), ms, kubernetes, chapters, traffic, digest, urls };
  const file = join(repositoryRoot, '.slipway', 'demo.json');
  await write(file, result);
  console.log(
    `\n${closing(result)}\n\nThe same is in .slipway/demo.json. npm run demo -- --down removes what the demo made.`,
  );
  const violations = await world.github.actor.violations();
  if (violations.length > 0) throw new Error(`requests that GitHub does not document:\n  ${violations.join('\n  ')}`);
  if (traffic.update.failed > 0) throw new Error(`${traffic.update.failed} requests failed during the rolling update`);
}

async function down(): Promise<void> {
  const platform = await currentPlatform();
  if (platform) {
    console.log('Removing what the demo made: namespaces in the cluster, images in Docker, .slipway/demo …');
    await Promise.all([removeEnvironments(platform), removeReviewEnvironments(platform)]);
  }
  await stopGitHub();
  await rm(DEMO_FOLDER, { recursive: true, force: true });
  await rm(join(repositoryRoot, '.slipway', 'demo.json'), { force: true });
  console.log(`Done.${platform ? ' The platform stays up; npm run local:down stops it.' : ''}`);
}

const args = process.argv.slice(2);
const work = args.includes('--down') ? down() : demo(args);
work.then(
  () => process.exit(0),
  (error: unknown) => {
    const text =
      error instanceof UsageError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    console.error(`\nThe demo stopped: ${text}`);
    process.exit(1);
  },
);
