import type { Connection } from '../adapters/kube/connection.ts';
import type { KubeCluster } from '../adapters/kube/kube-cluster.ts';
import { readKubeconfig } from '../adapters/kube/kubeconfig.ts';
import { openKube } from '../adapters/kube/open.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { clusterInputs } from '../inputs/common.ts';
import { type ClusterChoice, chooseCluster } from '../plan/cluster-choice.ts';
import type { Log } from '../ports.ts';
import type { Run } from './context.ts';

/**
 * Opens the cluster that the inputs, slipway.yml or KUBECONFIG name; sends nothing yet.
 * @param what the key of slipway.yml, for messages: environments.staging.cluster
 */
export async function openCluster(run: Run, configured: ClusterConfig | undefined, what: string): Promise<KubeCluster> {
  const { workingDirectory } = run.common;
  const choice = chooseCluster(clusterInputs(run.inputs), configured, run.env.KUBECONFIG, workingDirectory, what);
  const { clock, log, signal } = run;
  return openKube({ connection: await connectionOf(choice, run), clock, log, signal }, run.env);
}

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
