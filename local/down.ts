import { explain, say, seconds } from './machine/progress.ts';
import { parseOptions } from './options.ts';
import { cacheDir } from './paths.ts';
import { takeDown } from './take-down.ts';

const start = Date.now();
try {
  const { purge } = parseOptions(process.argv.slice(2));
  await takeDown(purge);
  say(
    `  down in ${seconds(start)}${purge ? '' : `; kept for the next time: ${cacheDir} (local:down --purge removes it)`}`,
  );
} catch (error) {
  say(explain(error));
  process.exit(1);
}
