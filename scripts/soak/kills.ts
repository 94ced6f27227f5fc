import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ensurePlatform } from '../../local/platform.ts';
import { Lane } from './kills/lane.ts';
import { type Kill, report, row, tableHead } from './kills/report.ts';
import { Random } from './random.ts';

export interface KillsOptions {
  /** Rollouts that are killed. */
  runs: number;
  /** Apps that are worked on side by side, each in a namespace of its own. */
  atOnce: number;
  seed: string;
}

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
    },
  });
  const options = { runs: Number(values.runs), atOnce: Number(values['at-once']), seed: values.seed };
  console.log(`${options.runs} kills, ${options.atOnce} apps side by side; again with --seed ${options.seed}\n`);
  console.log(tableHead());
  const done = await runKills(options, (kill) => console.log(row(kill)));
  console.log(`\n${report(done)}`);
  return done.length >= options.runs && done.every(({ violations }) => violations.length === 0);
}

/** The same for a test. Ends after the first violation. */
export async function runKills(options: KillsOptions, tell: (kill: Kill) => void = () => {}): Promise<Kill[]> {
  const platform = await ensurePlatform();
  const done: Kill[] = [];
  let begun = 0;
  const isOver = () => begun >= options.runs || done.some(({ violations }) => violations.length > 0);
  const work = async (number: number) => {
    const lane = await Lane.open(platform, `${options.seed}-${number}`, new Random(`${options.seed}/${number}`));
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
