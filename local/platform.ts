import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { withAllImages } from './add-images.ts';
import { withCurrentAddons } from './addons/refresh.ts';
import { bringUp } from './bring-up.ts';
import { isAnswering } from './machine/answering.ts';
import type { Options } from './options.ts';
import { platformFile } from './paths.ts';
import type { Platform } from './types.ts';

export type { BaseImage, Platform } from './types.ts';

/** The platform that is up now; undefined where there is none, or where it does not answer. */
export async function currentPlatform(): Promise<Platform | undefined> {
  if (!existsSync(platformFile)) return undefined;
  const platform = JSON.parse(await readFile(platformFile, 'utf8')) as Platform;
  return (await isAnswering(platform)) ? platform : undefined;
}

/** The platform, brought up if it is not; prints its progress on stderr. */
export async function ensurePlatform(options: Partial<Options> = {}): Promise<Platform> {
  const current = await currentPlatform();
  return current ? withCurrentAddons(await withAllImages(current)) : bringUp(options);
}

/** What a child process needs in its environment to work with the platform, and nothing else. */
export function platformEnv(platform: Platform): NodeJS.ProcessEnv {
  return {
    PATH: [platform.tools.dir, process.env.PATH].filter(Boolean).join(delimiter),
    KUBECONFIG: platform.kubeconfig,
    DOCKER_HOST: platform.docker.host,
    DOCKER_BUILDKIT: '1',
    ...(platform.docker.configDir ? { DOCKER_CONFIG: platform.docker.configDir } : {}),
  };
}
