import type { Connection } from '../adapters/kube/connection.ts';
import { readKubeconfig } from '../adapters/kube/kubeconfig.ts';
import type { ClusterChoice } from '../plan/cluster-choice.ts';
import type { Log } from '../ports.ts';
import type { Run } from './context.ts';

/** Loads Google's SDK, which is over 4 MB, for GKE only. */
export async function connectionOf(choice: ClusterChoice, { log, env }: Pick<Run, 'log' | 'env'>): Promise<Connection> {
  if (choice.by === 'kubeconfig') {
    return masked(readKubeconfig(choice.files, choice.context, env.GITHUB_WORKSPACE || undefined), log);
  }
  const { openGke } = await import('../adapters/gke/open.ts');
  return openGke(choice.path, { log, endpoint: choice.endpoint });
}

/** Masks the credentials of a kubeconfig, which the runner does not know as secrets. */
async function masked(connection: Connection, log: Log): Promise<Connection> {
  const [, token] = (await connection.authorization?.(false))?.split(' ') ?? [];
  for (const secret of [token, connection.key]) if (secret) log.mask(secret);
  return connection;
}
