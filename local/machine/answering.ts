import type { Platform } from '../types.ts';
import { kubectlPath } from './kubectl.ts';
import { run } from './run.ts';

/** Whether the platform's API server and Docker engine answer, within a few seconds. */
export async function isAnswering(platform: Platform): Promise<boolean> {
  const cluster = ['--kubeconfig', platform.kubeconfig, '--context', platform.context];
  const docker = ['--host', platform.docker.host, 'version', '--format', '{{.Server.Version}}'];
  try {
    await Promise.all([
      run(kubectlPath(platform.tools.dir), [...cluster, 'get', '--raw', '/readyz', '--request-timeout=3s'], {
        timeout: 5_000,
      }),
      run(platform.docker.bin, docker, { timeout: 5_000 }),
    ]);
    return true;
  } catch {
    return false;
  }
}
