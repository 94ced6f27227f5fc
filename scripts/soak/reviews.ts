import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ensurePlatform } from '../../local/platform.ts';
import { inPool } from '../../src/stages/pool.ts';
import { Random } from './random.ts';
import { ReviewSite } from './reviews/site.ts';

export interface ReviewsOptions {
  /** Pull requests, each with an environment. */
  environments: number;
  /** Worked on side by side. */
  atOnce: number;
  seed: string;
}

export interface ReviewsReport {
  opened: number;
  updates: number;
  kills: number;
  /** Pull requests whose close event never came. */
  lostEvents: number;
  /** Environments that were there when the reaper came, of pull requests that were closed. */
  orphans: number;
  reaperMs: number;
  violations: string[];
}

/**
 * Review environments opened, updated and closed in random order, with runs that are killed and close events that never come.
 * After one run of the reaper nothing of closed pull requests is left, and nothing else is gone.
 */
export async function reviews(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      environments: { type: 'string', default: '50' },
      'at-once': { type: 'string', default: '4' },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
    },
  });
  const options = {
    environments: Number(values.environments),
    atOnce: Number(values['at-once']),
    seed: values.seed,
  };
  console.log(
    `${options.environments} environments, ${options.atOnce} side by side; again with --seed ${options.seed}`,
  );
  const report = await runReviews(options, (line) => console.log(line));
  const { opened, updates, kills, lostEvents, orphans, reaperMs, violations } = report;
  console.log(
    `\n${opened} opened, ${updates} updates, ${kills} runs killed, ${lostEvents} close events lost; ${orphans} environments left over`,
  );
  console.log(`the reaper took ${(reaperMs / 1_000).toFixed(1)} s; violations: ${violations.length}`);
  for (const violation of violations) console.log(`  ${violation}`);
  return violations.length === 0;
}

/** The same for a test. */
export async function runReviews(
  options: ReviewsOptions,
  tell: (line: string) => void = () => {},
): Promise<ReviewsReport> {
  const site = await ReviewSite.open(await ensurePlatform());
  const report: ReviewsReport = {
    opened: 0,
    updates: 0,
    kills: 0,
    lostEvents: 0,
    orphans: 0,
    reaperMs: 0,
    violations: [],
  };
  try {
    const numbers = Array.from({ length: options.environments }, (_, index) => index);
    await inPool(numbers, (index) => life(site, new Random(`${options.seed}/${index}`), report, tell), options.atOnce);
    report.orphans = (await site.leftOfClosed()).length;
    await site.remember();
    const started = performance.now();
    const reaper = await site.reap();
    report.reaperMs = performance.now() - started;
    tell(`the reaper: ${JSON.stringify(reaper.outputs)}`);
    if (reaper.exitCode !== 0)
      report.violations.push(`the reaper ended with ${reaper.exitCode}: ${reaper.output.slice(-2_000)}`);
    report.violations.push(...(await site.violations()));
  } finally {
    report.violations.push(...(await site.close()));
  }
  return report;
}

/** One pull request from its opening to its end: most are closed, some stay open. */
async function life(
  site: ReviewSite,
  random: Random,
  report: ReviewsReport,
  tell: (line: string) => void,
): Promise<void> {
  const pull = site.openPullRequest();
  report.opened += 1;
  const told: string[] = ['opened'];
  for (let update = -1; update < below(random, 3); update++) {
    if (update >= 0) {
      site.push(pull);
      report.updates += 1;
    }
    const fate = pick(random, ['whole', 'whole', 'killed', 'closed in the middle']);
    const killed = await site.up(
      pull,
      fate === 'killed' ? below(random, 6_000) : undefined,
      fate === 'closed in the middle',
    );
    if (killed) report.kills += 1;
    told.push(killed ? 'killed' : fate);
    if (fate === 'closed in the middle') break;
  }
  const end = pick(random, ['event', 'lost', 'lost', 'stays']);
  if (end !== 'stays') site.closePullRequest(pull);
  if (end === 'lost') report.lostEvents += 1;
  if (end === 'event' && (await site.down(pull, below(random, 3) === 0 ? below(random, 3_000) : undefined)))
    report.kills += 1;
  tell(`#${pull}: ${[...told, end].join(', ')}`);
}

function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[below(random, choices.length)] as T;
}
