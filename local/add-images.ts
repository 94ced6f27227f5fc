import { publish } from './built.ts';
import { baseImages, lacksImages } from './engine/images.ts';
import { locked } from './machine/lock.ts';
import type { Platform } from './types.ts';

/** A platform that an earlier clone brought up gets the base images that this one knows besides; nothing is restarted. */
export async function withAllImages(platform: Platform): Promise<Platform> {
  if (!lacksImages(platform)) return platform;
  return locked(async () => publish({ ...platform, baseImages: await baseImages(platform.docker, platform.registry) }));
}
