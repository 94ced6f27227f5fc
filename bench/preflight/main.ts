import { readFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ensurePlatform, type Platform, platformEnv } from '../../local/platform.ts';
import { bundle } from '../../scripts/build.ts';
import { startGitHubDouble } from '../../test/support/github-double/double.ts';
import { onRunner } from '../on-runner.ts';
import { type Ran, succeed } from '../rollout/process.ts';
import { megabytes, ratio, spread, table, time } from '../rollout/statistics.ts';
import { byHand } from './by-hand.ts';
import { APPS, type App, buildExample, type Example, imageInput, removeExample } from './example.ts';

type GitHub = Awaited<ReturnType<typeof startGitHubDouble>>;

interface Seen {
  ours: Ran;
  peer: Ran;
  /** Seconds of each step, from the summary. */
  steps: Record<string, number>;
}

/** `npm run bench -- preflight [--runs 3] [--only parking,shop]`: prints Markdown tables; progress goes to stderr. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string' }, only: { type: 'string' } } });
  const runs = Number(values.runs ?? 3);
  if (!(runs >= 1)) throw new Error('--runs is a number');
  const wanted = (values.only ?? APPS.join(',')).split(',');
  const platform = await ensurePlatform();
  await bundle();
  const github = await startGitHubDouble({ repositoryId: REPOSITORY_ID });
  try {
    const memory = (totalmem() / 2 ** 30).toFixed(0);
    console.log(
      `${cpus().length} processors, ${memory} GiB; Node ${process.version}; ${runs} runs, in turn with by hand.\n`,
    );
    const all = new Map<App, Seen[]>();
    for (const app of APPS.filter((one) => wanted.includes(one)))
      all.set(app, await measured(app, runs, platform, github));
    console.log(
      `Load at the end: ${loadavg()
        .map((load) => load.toFixed(1))
        .join(', ')}.\n`,
    );
    console.log(tell(all));
  } finally {
    await github.close();
  }
}

const REPOSITORY_ID = 3_999_999_996;

async function measured(app: App, runs: number, platform: Platform, github: GitHub): Promise<Seen[]> {
  const example = await buildExample(app, platform);
  const seen: Seen[] = [];
  try {
    // The engine has all images after this.
    await one(example, platform, github);
    for (let run = 0; run < runs; run++) {
      seen.push(await one(example, platform, github));
      const { ours, peer } = seen.at(-1) as Seen;
      console.error(
        `${app}: ${(ours.endedAt - ours.startedAt).toFixed(0)} ms, by hand ${(peer.endedAt - peer.startedAt).toFixed(0)} ms`,
      );
    }
  } finally {
    await removeExample(example, platform);
  }
  return seen;
}

async function one(example: Example, platform: Platform, github: GitHub): Promise<Seen> {
  const { config, images } = example;
  const { PATH = '', DOCKER_HOST = '' } = platformEnv(platform);
  const command = await onRunner('preflight', {
    github,
    repositoryId: REPOSITORY_ID,
    event: github.actor.push('main'),
    kubeconfig: '',
    inputs: { INPUT_IMAGE: imageInput(images), PATH, DOCKER_HOST },
    files: { 'slipway.yml': config },
  });
  const ours = await succeed([command]);
  const peer = await succeed([await byHand(example, images, platform)]);
  return { ours, peer, steps: stepsOf(await readFile(command.env.GITHUB_STEP_SUMMARY ?? '', 'utf8')) };
}

/** The last line of the summary: `find the image 246 ms · start the services 8.6 s · in all 39.6 s`. */
function stepsOf(summary: string): Record<string, number> {
  const line = /<sub>([^<]*)<\/sub>/.exec(summary)?.[1] ?? '';
  return Object.fromEntries(
    line.split(' · ').map((step) => {
      const [unit = '', number = '', ...title] = step.trim().split(' ').reverse();
      return [title.reverse().join(' '), Number(number) / (unit === 'ms' ? 1_000 : 1)];
    }),
  );
}

function tell(all: ReadonlyMap<App, readonly Seen[]>): string {
  const length = ({ startedAt, endedAt }: Ran) => endedAt - startedAt;
  const rows = [...all].map(([app, seen]) => {
    const [ours, peer] = [spread(seen.map((run) => length(run.ours))), spread(seen.map((run) => length(run.peer)))];
    const memory = spread(seen.map((run) => run.ours.peakBytes));
    return [app, time(ours), `${time(peer)}, ${ratio(peer, ours)}`, megabytes(memory)];
  });
  const steps = [...all].flatMap(([app, seen]) =>
    Object.keys(seen[0]?.steps ?? {}).map((title) => {
      return [app, title, time(spread(seen.map((run) => (run.steps[title] ?? 0) * 1_000)))];
    }),
  );
  return `${table(['example', 'preflight', 'by hand', 'memory'], rows)}\n\n${table(['example', 'step', 'time'], steps)}`;
}
