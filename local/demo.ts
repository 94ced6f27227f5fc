import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from '../scripts/build.ts';
import { removeEnvironments } from './demo/databases.ts';
import type { Example } from './demo/examples/example.ts';
import { parking } from './demo/examples/parking.ts';
import { shop } from './demo/examples/shop.ts';
import { startGitHub, stopGitHub } from './demo/github.ts';
import { removeReviewEnvironments } from './demo/leftovers.ts';
import { Repository } from './demo/repository.ts';
import { closing, type DemoResult, write } from './demo/result.ts';
import { DEMO_FOLDER, repositoryRoot } from './demo/root.ts';
import { clearShown } from './demo/shown.ts';
import { brokenVersion, firstPush, merge, promotion, pullRequest, setUp } from './demo/story.ts';
import { tell } from './demo/telling.ts';
import { World } from './demo/world.ts';
import { parseOptions, UsageError } from './options.ts';
import { currentPlatform, ensurePlatform } from './platform.ts';

const EXAMPLES: Record<string, Example> = { shop, parking };

/**
 * `npm run demo`: an example through the whole pipeline on the local platform, every action run by its own action.yml
 * as a runner runs it. `-- --app parking` takes the other example. `-- --down` removes what demos made; the platform stays
 * (`npm run local:down`).
 */
async function demo(example: Example, args: string[]): Promise<void> {
  const started = Date.now();
  console.log('Slipway: an application from a push to production, on this machine.');
  tell.title('0. The local platform: registry, Docker, Kubernetes');
  const [platform] = await Promise.all([ensurePlatform(parseOptions(args)), bundle()]);
  tell.good(
    `Kubernetes ${platform.kubernetesVersion}, registry ${platform.registry}, ingress on port ${platform.ingress.port}`,
  );
  const github = await startGitHub(`acme/${example.name}`);
  await clearShown();
  const from = join(repositoryRoot, 'examples', example.name);
  const repository = await Repository.create(join(DEMO_FOLDER, example.name), from, platform, example.about);
  const world = new World(platform, github, repository, example);
  await setUp(world);
  await firstPush(world);
  const reviewed = await pullRequest(world);
  const { traffic, reference } = await merge(world, reviewed);
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

/** The example that `--app` names, and the arguments without it. */
function exampleOf(args: string[]): { example: Example; rest: string[] } {
  const at = args.indexOf('--app');
  const name = at < 0 ? 'shop' : (args[at + 1] ?? '');
  const example = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined;
  if (!example) throw new UsageError(`--app takes one of ${Object.keys(EXAMPLES).join(', ')}, not "${name}"`);
  return { example, rest: at < 0 ? args : args.toSpliced(at, 2) };
}

async function main(args: string[]): Promise<void> {
  if (args.includes('--down')) return down();
  const { example, rest } = exampleOf(args);
  return demo(example, rest);
}

main(process.argv.slice(2)).then(
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
