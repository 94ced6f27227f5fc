import type { KubeCluster } from '../adapters/kube/kube-cluster.ts';
import { openKube } from '../adapters/kube/open.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { clusterInputs } from '../inputs/common.ts';
import { chooseCluster } from '../plan/cluster-choice.ts';
import { connectionOf } from './connection.ts';
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
