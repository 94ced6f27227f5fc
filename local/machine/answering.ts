import type { Platform } from '../types.ts';
import { daemons, isRunning } from './daemon.ts';
import { kubectlPath } from './kubectl.ts';
import { run } from './run.ts';

/** Whether the platform's API server and Docker engine answer within a few seconds, and none of our daemons has died. */
export async function isAnswering(platform: Platform): Promise<boolean> {
  if (platform.source === 'built' && !(await daemons()).every(isRunning)) return false;
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
