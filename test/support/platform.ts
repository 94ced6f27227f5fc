import { currentPlatform, type Platform, platformEnv } from '../../local/platform.ts';
import { skipUnless } from './google/skip.ts';

/** The platform that tests run against, and the environment of programs that use it. */
export interface TestPlatform {
  platform: Platform;
  env: NodeJS.ProcessEnv;
}

let looked: Promise<Platform | undefined> | undefined;

/** The local platform that is up; it is looked for once in a process, in which many files of tests run. */
export function testPlatform(): Promise<Platform | undefined> {
  looked ??= currentPlatform();
  return looked;
}

/**
 * The local platform that is up; undefined where there is none, with the reason printed. For `describe.skipIf(!platform)`.
 * @param what the tests that need it
 * @throws Error with CI=true, where nothing may be skipped
 */
export async function requirePlatform(what: string): Promise<TestPlatform | undefined> {
  const platform = await testPlatform();
  if (skipUnless(what, platform ? undefined : 'the local platform is not up (npm run local:up)') || !platform)
    return undefined;
  return { platform, env: { HOME: process.env.HOME, ...platformEnv(platform), ...otherEngine() } };
}

/** Another engine than the platform's for what a test builds, runs and pushes; see CONTRIBUTING.md. */
function otherEngine(): NodeJS.ProcessEnv {
  const { SLIPWAY_TEST_DOCKER_HOST: host, SLIPWAY_TEST_DOCKER_CONFIG: config } = process.env;
  return { ...(host ? { DOCKER_HOST: host } : {}), ...(config ? { DOCKER_CONFIG: config } : {}) };
}

/**
 * The same, but only where it is the built one: not kind, and no cluster of the user's.
 * @param why it must be
 */
export async function requireBuiltPlatform(what: string, why: string): Promise<TestPlatform | undefined> {
  const found = await requirePlatform(what);
  if (!found) return undefined;
  const lacks =
    found.platform.source === 'built' ? undefined : `${why}: it needs the built platform (npm run local:up)`;
  return skipUnless(what, lacks) ? undefined : found;
}
