import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { adminKubeconfig, toolsDir } from '../paths.ts';
import { run } from './run.ts';

/** Ours where it has been built, else the one in PATH. */
export function kubectlPath(folder: string = toolsDir): string {
  const ours = join(folder, 'kubectl');
  return existsSync(ours) ? ours : 'kubectl';
}

export interface Cluster {
  kubeconfig: string;
  context: string;
}

export const builtCluster: Cluster = { kubeconfig: adminKubeconfig, context: 'slipway' };

export async function kubectl(cluster: Cluster, args: string[], input?: string): Promise<string> {
  const access = ['--kubeconfig', cluster.kubeconfig, '--context', cluster.context];
  const { stdout } = await run(kubectlPath(), [...access, ...args], input === undefined ? {} : { input });
  return stdout;
}
