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

async function runSuite(suite: Suite, platform: Promise<PlatformOutcome>): Promise<SuiteResult> {
  if (suite === 'lint') return runProgram('lint', ['--import', 'tsx', 'scripts/lint.ts']);
  if (suite === 'types') return runProgram('types', ['node_modules/typescript-native/bin/tsc', '--noEmit']);
  if (suite === 'unit') return runVitest('unit', {});
  const outcome = await platform;
  return outcome.ready ? runVitest(suite, outcome.env) : skipped(suite, outcome.reason);
}

async function main(): Promise<number> {
  await rm('.slipway/test', { recursive: true, force: true });
  const platform = chosen.some((suite) => NEEDS_PLATFORM.includes(suite))
    ? preparePlatform()
    : Promise.resolve<PlatformOutcome>({ ready: false, reason: 'not needed', started: false });
  if (chosen.some((suite) => suite === 'bundle' || suite === 'e2e'))
    await runProgram('build', ['--import', 'tsx', 'scripts/build.ts']);
  const results: SuiteResult[] = [];
  for (const suite of chosen) {
    console.log(`\n── ${suite} ${'─'.repeat(60 - suite.length)}`);
    results.push(await runSuite(suite, platform));
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
