import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ensurePlatform } from '../../local/platform.ts';
import { inPool } from '../../src/stages/pool.ts';
import type { ActionResult } from '../../test/support/action-runner.ts';
import { Random } from './random.ts';
import { type Life, livesOf, orderOf, type Step } from './reviews/lives.ts';
import { ReviewSite } from './reviews/site.ts';

export interface ReviewsOptions {
  /** Pull requests, each with an environment. */
  environments: number;
  /** Worked on side by side. */
  atOnce: number;
  /** Share of pull requests whose database is on a shared server. */
  shared: number;
  seed: string;
}

export interface ReviewsReport {
  deploys: number;
  kills: number;
  /** Pull requests that were closed while they were brought up. */
  closedMeanwhile: number;
  /** Pull requests whose close event never came. */
  lostEvents: number;
  /** Environments at the most at one time. */
  atMost: number;
  /** Objects of closed pull requests that were there when the reaper came, and environments among them. */
  left: number;
  orphans: number;
  /** Environments of pull requests that are open. */
  kept: number;
  reaperMs: number;
  violations: string[];
}

/**
 * Review environments opened, updated and closed in random order, with runs that are killed and close events that never come.
 * After one interval of the reaper nothing of closed pull requests is left, and nothing else is gone.
 */
export async function reviews(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      environments: { type: 'string', default: '50' },
      'at-once': { type: 'string', default: '4' },
      shared: { type: 'string', default: '0.3' },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
    },
  });
  const { seed } = values;
  const options = {
    environments: Number(values.environments),
    atOnce: Number(values['at-once']),
    shared: Number(values.shared),
    seed,
  };
  console.log(`${options.environments} environments, ${options.atOnce} side by side; again with --seed ${seed}\n`);
  const began = performance.now();
  const { violations, ...figures } = await runReviews(options, (line) => {
    console.log(`${((performance.now() - began) / 1_000).toFixed(0).padStart(5)} s  ${line}`);
  });
  console.log(`\n${JSON.stringify(figures, undefined, 2)}\nviolations: ${violations.length}`);
  for (const violation of violations) console.log(`  ${violation}`);
  return violations.length === 0;
}

/** The same for a test. */
export async function runReviews(
  options: ReviewsOptions,
  tell: (line: string) => void = () => {},
): Promise<ReviewsReport> {
  const site = await ReviewSite.open(await ensurePlatform());
  const soak = new Soak(site, tell);
  try {
    await soak.live(livesOf(options.environments, options.shared, options.seed), options);
    await soak.reap(new Random(`${options.seed}/reaper`).next());
    await soak.goOn(options.atOnce);
    return soak.report;
  } finally {
    await site.close();
  }
}

class Soak {
  readonly report: ReviewsReport = {
    deploys: 0,
    kills: 0,
    closedMeanwhile: 0,
    lostEvents: 0,
    atMost: 0,
    left: 0,
    orphans: 0,
    kept: 0,
    reaperMs: 0,
    violations: [],
  };
  private readonly site: ReviewSite;
  private readonly tell: (line: string) => void;

  constructor(site: ReviewSite, tell: (line: string) => void) {
    this.site = site;
    this.tell = tell;
  }

  /** All lives, their steps in a drawn order; those of one pull request one after the other. */
  async live(lives: readonly Life[], { atOnce, seed }: ReviewsOptions): Promise<void> {
    const numbers = new Map<Life, number>();
    const before = new Map<Life, Promise<void>>();
    const next = new Map<Life, number>();
    await inPool(
      orderOf(lives, seed),
      async (index) => {
        const life = lives[index] as Life;
        const at = next.get(life) ?? 0;
        next.set(life, at + 1);
        const turn = (before.get(life) ?? Promise.resolve()).then(async () => {
          const number = numbers.get(life) ?? this.site.openPullRequest(life.shared);
          if (numbers.has(life) && life.steps[at]?.kind === 'deploy') this.site.push(number);
          numbers.set(life, number);
          await this.step(number, life.steps[at] as Step);
        });
        before.set(life, turn);
        await turn;
      },
      atOnce,
    );
  }

  private async step(number: number, step: Step): Promise<void> {
    const { report, site } = this;
    const killAt = step.fate === 'killed' ? step.at : undefined;
    if (step.kind === 'deploy') {
      report.deploys += 1;
      if (step.fate === 'closed in the middle') {
        report.closedMeanwhile += 1;
        this.mustBeFine(`#${number}, closed meanwhile`, await site.runAndClose(number));
        if ((await site.withEnvironment()).includes(number))
          report.violations.push(`#${number} was closed while it was brought up, and its environment is there`);
      } else this.ran(`#${number} deploy`, await site.run(number, killAt));
      report.atMost = Math.max(report.atMost, (await site.withEnvironment()).length);
    } else {
      site.closePullRequest(number);
      if (step.fate === 'lost') report.lostEvents += 1;
      else this.ran(`#${number} close`, await site.run(number, killAt));
    }
    this.tell(`#${number}: ${step.kind}, ${step.fate}`);
  }

  /** The reaper, killed, and again: what is left of closed pull requests is gone after that, and nothing else. */
  async reap(killAt: number): Promise<void> {
    const { report, site } = this;
    const there = await site.withEnvironment();
    report.orphans = there.filter((number) => site.isClosed(number)).length;
    report.left = (await site.leftOfClosed()).length;
    this.tell(`${report.left} objects of ${report.orphans} environments are left over`);
    this.ran('the first reaper', await site.reap(killAt));
    const began = performance.now();
    const reaper = await site.reap(undefined);
    report.reaperMs = performance.now() - began;
    this.mustBeFine('the reaper', reaper);
    this.tell(`the reaper: ${JSON.stringify(reaper?.outputs)}`);
    const after = await site.withEnvironment();
    const gone = there.filter((number) => !site.isClosed(number) && !after.includes(number));
    report.kept = after.length;
    report.violations.push(
      ...(await site.leftOfClosed()).map((what) => `left over: ${what}`),
      ...gone.map((number) => `gone, and its pull request is open: #${number}`),
      ...(await site.violations()),
    );
  }

  /** Whatever happened to the open ones before, the next push brings them up. */
  async goOn(atOnce: number): Promise<void> {
    const { report, site } = this;
    await inPool(
      site.open(),
      async (number) => {
        site.push(number);
        report.deploys += 1;
        this.mustBeFine(`#${number}, the last push`, await site.run(number, undefined));
        if (!(await site.answers(number))) report.violations.push(`#${number} does not answer at its URL`);
        this.tell(`#${number}: brought up again`);
      },
      atOnce,
    );
    report.violations.push(...(await site.violations()).filter((one) => !report.violations.includes(one)));
  }

  private ran(what: string, result: ActionResult | undefined): void {
    if (result === undefined) this.report.kills += 1;
    else this.mustBeFine(what, result);
  }

  private mustBeFine(what: string, result: ActionResult | undefined): void {
    if (result?.exitCode === 0) return;
    this.report.violations.push(`${what} ended with ${result?.exitCode}:\n${result?.output.slice(-3_000)}`);
  }
}
