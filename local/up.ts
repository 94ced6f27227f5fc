import { bringUp } from './bring-up.ts';
import { explain, say, seconds } from './machine/progress.ts';
import { parseOptions } from './options.ts';
import { ensurePlatform } from './platform.ts';
import { summary } from './summary.ts';

const start = Date.now();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  const options = parseOptions(process.argv.slice(2));
  const named = options.kind || options.k3d || options.kubeconfig;
  const platform = named ? await bringUp(options) : await ensurePlatform(options);
  say(summary(platform));
  say(`  up in ${seconds(start)}`);
} catch (error) {
  say(explain(error));
  process.exit(1);
}
