import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ensurePlatform } from '../../local/platform.ts';
import { bundle } from '../../scripts/build.ts';
import { startGitHubDouble } from '../../test/support/github-double/double.ts';
import { ratio, spread, table, time } from '../rollout/statistics.ts';
import { buildRound, CASES, type Seen, TOOLS } from './builds.ts';
import { OwnEngine } from './engine.ts';
import { keyTimes } from './key.ts';
import { startTimes } from './start.ts';

const PARTS = ['builds', 'key', 'start'];
const REPOSITORY_ID = 3_999_999_997;
/** Builds take seconds, the others milliseconds. */
const QUICK_RUNS = 9;

/** `npm run bench -- image [--runs 3] [--only builds,key,start]`: prints Markdown tables; progress goes to stderr. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string' }, only: { type: 'string' } } });
  const runs = Number(values.runs ?? 3);
  const only = values.only?.split(',') ?? PARTS;
  if (!(runs >= 1) || only.some((part) => !PARTS.includes(part)))
    throw new Error(`--runs is a number, and --only some of ${PARTS.join(', ')}`);
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  console.log(`${cpus().length} processors, ${memory} GiB; Node ${process.version}; load ${load()} before`);
  if (only.includes('key')) tellKey(await keyTimes(QUICK_RUNS));
  await bundle();
  if (only.includes('start')) tellStart(await startTimes(QUICK_RUNS));
  if (only.includes('builds')) tellBuilds(await allBuilds(runs));
  console.log(`\nload ${load()} after`);
}

async function allBuilds(runs: number): Promise<Seen[]> {
  const platform = await ensurePlatform();
  const engine = await OwnEngine.start(platform);
  const github = await startGitHubDouble({ repositoryId: REPOSITORY_ID });
  try {
    const seen: Seen[] = [];
    const world = { platform, engine, github, repositoryId: REPOSITORY_ID };
    for (let round = 0; round < runs; round++) seen.push(...(await buildRound(world, round)));
    return seen;
  } finally {
    await github.close();
    await engine.stop();
  }
}

const load = () =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');

function tellBuilds(seen: readonly Seen[]): void {
  const rows = CASES.flatMap((of) =>
    TOOLS.map((tool) => {
      const figures = (name: Seen['tool'], part: 'ready' | 'pushed') =>
        spread(seen.filter((one) => one.of === of && one.tool === name).map(({ took }) => took[part]));
      const cell = (part: 'ready' | 'pushed') => {
        const own = time(figures(tool, part));
        return tool === 'Slipway' ? own : `${own}, ${ratio(figures(tool, part), figures('Slipway', part))}`;
      };
      return [of, tool, cell('ready'), cell('pushed')];
    }),
  );
  console.log(`\n${table(['source', 'tool', 'image ready', 'in the registry'], rows)}`);
}

function tellKey({ key, status }: { key: number[]; status: number[] }): void {
  const [own, peer] = [spread(key), spread(status)];
  const over = `${(own.median / peer.median).toFixed(1)} ×`;
  console.log(
    `\n${table(['key of the context', '`git status`', 'key over `git status`'], [[time(own), time(peer), over]])}`,
  );
}

function tellStart({ bare, actions }: Awaited<ReturnType<typeof startTimes>>): void {
  const node = spread(bare);
  const rows = Object.entries(actions).map(([name, times]) => {
    const own = spread(times);
    return [`\`${name}\``, time(own), `${(own.median - node.median).toFixed(0)} ms`];
  });
  console.log(
    `\n${table(['action', 'to its first complaint', 'over bare Node'], [['`node`', time(node), ''], ...rows])}`,
  );
}
