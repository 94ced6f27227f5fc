import { join } from 'node:path';

/**
 * Folder in which build-image records its images for the next actions of the job; undefined outside of a runner.
 * @param temp RUNNER_TEMP
 */
export function builtDir(temp: string | undefined): string | undefined {
  return temp ? join(temp, 'slipway', 'built') : undefined;
}

/** Folder of what preflight saw each image serve, for push-to-registry. @param temp RUNNER_TEMP; undefined outside of a runner */
export function apisDir(temp: string | undefined): string | undefined {
  return temp ? join(temp, 'slipway', 'apis') : undefined;
}
