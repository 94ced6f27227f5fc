import { currentPlatform, type Platform, platformEnv } from '../../local/platform.ts';
import { skipUnless } from './google/skip.ts';

/** The platform that tests run against, and the environment of programs that use it. */
export interface TestPlatform {
  platform: Platform;
  env: NodeJS.ProcessEnv;
}

/**
 * The local platform that is up; undefined where there is none, with the reason printed. For `describe.skipIf(!platform)`.
 * @param what the tests that need it
 * @throws Error with CI=true, where nothing may be skipped
 */
export async function requirePlatform(what: string): Promise<TestPlatform | undefined> {
  const platform = await currentPlatform();
  if (skipUnless(what, platform ? undefined : 'the local platform is not up (npm run local:up)') || !platform)
    return undefined;
  return { platform, env: { HOME: process.env.HOME, ...platformEnv(platform) } };
}
