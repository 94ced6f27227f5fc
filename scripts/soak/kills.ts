import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ensurePlatform, type Platform } from '../../local/platform.ts';
import { Lane } from './kills/lane.ts';
import { ManifestsSubject } from './kills/manifests.ts';
import { type Kill, report, row, tableHead } from './kills/report.ts';
import { ShopSubject } from './kills/shop.ts';
import type { Subject } from './kills/subject.ts';
import { Random } from './random.ts';

export interface KillsOptions {
  /** Rollouts that are killed. */
  runs: number;
  /** Apps that are worked on side by side, each in a namespace of its own. */
  atOnce: number;
  seed: string;
  app: AppName;
}

/** What is rolled out and killed, by name. */
const APPS = {
  manifests: ManifestsSubject.create,
  shop: ShopSubject.create,
} as const satisfies Record<string, (platform: Platform, name: string) => Promise<Subject>>;
type AppName = keyof typeof APPS;

/**
 * Rollouts, each killed (SIGKILL of its process tree) at a random moment, and each followed by a normal run: that one must end
 * ready, with nobody holding the lease, nothing left over, and the digest that was asked for.
 * @returns whether that was so every time
 */
export async function kills(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: 'string', default: '100' },
      'at-once': { type: 'string', default: '4' },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
      app: { type: 'string', default: 'manifests' },
    },
  });
  const { seed, app } = values;
  if (!isApp(app)) throw new Error(`--app takes one of ${Object.keys(APPS).join(', ')}`);
  const options = { runs: Number(values.runs), atOnce: Number(values['at-once']), seed, app };
  console.log(`${options.runs} kills, ${options.atOnce} apps (${app}) side by side; again with --seed ${seed}\n`);
  console.log(tableHead());
  const done = await runKills(options, (kill) => console.log(row(kill)));
  console.log(`\n${report(done)}`);
  return done.length >= options.runs && done.every(({ violations }) => violations.length === 0);
}

function isApp(name: string): name is AppName {
  return Object.hasOwn(APPS, name);
}

/** The same for a test. Ends after the first violation. */
export async function runKills(options: KillsOptions, tell: (kill: Kill) => void = () => {}): Promise<Kill[]> {
  const platform = await ensurePlatform();
  const done: Kill[] = [];
  let begun = 0;
  const isOver = () => begun >= options.runs || done.some(({ violations }) => violations.length > 0);
  const work = async (number: number) => {
    const subject = await APPS[options.app](platform, `kills-${options.seed}-${number}`);
    const lane = await Lane.open(platform, subject, new Random(`${options.seed}/${number}`));
    try {
      while (!isOver()) {
        begun += 1;
        const kill = await lane.killOne();
        // One that had ended before its moment came was not killed, and does not count.
        if (!kill) begun -= 1;
        else {
          done.push({ ...kill, number: done.length + 1 });
          tell({ ...kill, number: done.length });
        }
      }
    } finally {
      await lane.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.atOnce, options.runs) }, (_, index) => work(index + 1)));
  return done;
}
