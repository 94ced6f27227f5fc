import { type Platform, platformEnv } from '../platform.ts';
import { program } from './program.ts';
import { REPOSITORY_ID } from './root.ts';

/** Label by which Slipway knows its own images and objects of the application. */
const OWN = `slipway.dev/repository-id=${REPOSITORY_ID}`;

/** Removes review environments that an interrupted demo left, and the images of the application in Docker. */
export async function removeReviewEnvironments(platform: Platform): Promise<void> {
  const env = platformEnv(platform);
  const namespaces = ['--context', platform.context, 'delete', 'namespace', '--selector', OWN, '--wait'];
  await program('kubectl', namespaces, { env });
  const images = await program(platform.docker.bin, ['image', 'ls', '--quiet', '--filter', `label=${OWN}`], { env });
  const ids = [...new Set(images.split('\n').filter(Boolean))];
  if (ids.length > 0) await program(platform.docker.bin, ['image', 'rm', '--force', ...ids], { env });
}
