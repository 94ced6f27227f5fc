import { rm } from 'node:fs/promises';
import { describeError, type SuiteResult, table, verdict } from './test/outcome.ts';
import { type PlatformOutcome, preparePlatform, releasePlatform } from './test/platform.ts';
import { runProgram, runVitest } from './test/run.ts';

/**
 * `npm test [suite…]`: lint, types, unit, contract, bundle and end-to-end tests, each with its time, and the local
 * platform that they need. While the platform comes up, what does not need it runs.
 */
const SUITES = ['lint', 'types', 'unit', 'contract', 'bundle', 'e2e'] as const;
type Suite = (typeof SUITES)[number];
const NEEDS_PLATFORM: readonly Suite[] = ['contract', 'bundle', 'e2e'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !SUITES.some((suite) => suite === name));
if (unknown.length > 0) {
  console.error(`npm test: unknown suite ${unknown.join(', ')}; there are ${SUITES.join(', ')}`);
  process.exit(1);
}
const chosen = SUITES.filter((suite) => asked.length === 0 || asked.includes(suite));
const ci = process.env.CI === 'true';

/** A suite whose platform is missing is skipped with the reason; in CI a skipped suite is a failure. */
function skipped(suite: Suite, reason: string): SuiteResult {
  return { suite, state: ci ? 'failed' : 'skipped', ms: 0, passed: 0, failed: ci ? 1 : 0, skipped: 1, note: reason };
}

async function runCheck(suite: Suite): Promise<SuiteResult[]> {
  if (suite === 'lint') return [await runProgram('lint', ['--import', 'tsx', 'scripts/lint.ts'])];
  if (suite === 'types') return [await runProgram('types', ['node_modules/typescript-native/bin/tsc', '--noEmit'])];
  return runVitest([suite], {});
}

/** Suites on the platform, all at once: each has tests that wait while those of the others work. */
async function runOnPlatform(suites: readonly Suite[], platform: Promise<PlatformOutcome>): Promise<SuiteResult[]> {
  const outcome = await platform;
  return outcome.ready ? runVitest(suites, outcome.env) : suites.map((suite) => skipped(suite, outcome.reason));
}

const heading = (...suites: Suite[]) => {
  const names = suites.join(', ');
  console.log(`\n── ${names} ${'─'.repeat(60 - names.length)}`);
};

async function main(): Promise<number> {
  await rm('.slipway/test', { recursive: true, force: true });
  const onPlatform = chosen.filter((suite) => NEEDS_PLATFORM.includes(suite));
  const platform =
    onPlatform.length > 0
      ? preparePlatform()
      : Promise.resolve<PlatformOutcome>({ ready: false, reason: 'not needed', started: false });
  if (chosen.some((suite) => suite === 'bundle' || suite === 'e2e'))
    await runProgram('build', ['--import', 'tsx', 'scripts/build.ts']);
  const results: SuiteResult[] = [];
  for (const suite of chosen.filter((one) => !onPlatform.includes(one))) {
    heading(suite);
    results.push(...(await runCheck(suite)));
  }
  if (onPlatform.length > 0) {
    heading(...onPlatform);
    results.push(...(await runOnPlatform(onPlatform, platform)));
  }
  await releasePlatform(await platform, ci);
  console.log(`\n${table(results)}`);
  return verdict(results);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(describeError(error));
    process.exit(1);
  },
);
