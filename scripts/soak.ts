import { kills } from './soak/kills.ts';
import { logs } from './soak/logs.ts';
import { reviews } from './soak/reviews.ts';
import { rolling } from './soak/rolling.ts';

/**
 * `npm run soak -- <name> [options]`: long runs that try to break a promise. They print figures, and end with 1 on the first
 * violation. docs/reliability.md holds the figures of the last ones; the tests hold a short version of each.
 */
const SOAKS: Record<string, { usage: string; run(args: string[]): Promise<boolean> }> = {
  rolling: { usage: 'rolling [--updates 20] [--rate 100] [--only graceful,abrupt,shop]', run: rolling },
  kills: { usage: 'kills [--app manifests|shop] [--runs 100] [--at-once 4] [--seed N]', run: kills },
  logs: { usage: 'logs [--mebibytes 1024]', run: logs },
  reviews: { usage: 'reviews [--environments 50] [--at-once 4] [--shared 0.3] [--seed N]', run: reviews },
};

const [name = '', ...args] = process.argv.slice(2);
const soak = SOAKS[name];
if (soak) {
  soak.run(args).then(
    (held) => process.exit(held ? 0 : 1),
    (error: unknown) => {
      console.error(error instanceof Error ? error.stack : error);
      process.exit(1);
    },
  );
} else {
  const all = Object.values(SOAKS).map(({ usage }) => `  npm run soak -- ${usage}`);
  console.error(`usage:\n${all.join('\n')}`);
  process.exitCode = 1;
}
