import { explain, say } from './machine/progress.ts';
import { parseOptions } from './options.ts';
import { currentPlatform } from './platform.ts';
import { summary } from './summary.ts';

/** Prints what is up; ends with 1 where nothing is. */
try {
  const { json } = parseOptions(process.argv.slice(2));
  const platform = await currentPlatform();
  if (platform) process.stdout.write(`${json ? JSON.stringify(platform, null, 2) : summary(platform)}\n`);
  else {
    say('The local platform is not up: npm run local:up');
    process.exitCode = 1;
  }
} catch (error) {
  say(explain(error));
  process.exit(1);
}
