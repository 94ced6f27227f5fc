import { readKubeconfig } from '../adapters/kube/kubeconfig.ts';
import { openKube } from '../adapters/kube/open.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { clusterInputs } from '../inputs/common.ts';
import { type ClusterChoice, chooseCluster } from '../plan/cluster-choice.ts';
import type { Cluster, Log } from '../ports.ts';
import type { Run } from './run.ts';

/**
 * The cluster that the inputs, slipway.yml or KUBECONFIG name. Nothing is sent to it yet.
 * @param what names the place in slipway.yml for messages, e.g. environments.staging.cluster
 */
export async function openCluster(run: Run, configured: ClusterConfig | undefined, what: string): Promise<Cluster> {
  const { workingDirectory } = run.common;
  const choice = chooseCluster(clusterInputs(run.inputs), configured, run.env.KUBECONFIG, workingDirectory, what);
  const { clock, log, signal } = run;
  return openKube({ connection: await connectionOf(choice, log), clock, log, signal });
}

/** Google's SDK is over 4 MB: it is loaded only where the cluster is GKE's. */
async function connectionOf(choice: ClusterChoice, log: Log) {
  if (choice.by === 'kubeconfig') return readKubeconfig(choice.files, choice.context);
  const { openGke } = await import('../adapters/gke/open.ts');
  return openGke(choice.path, { log, endpoint: choice.endpoint });
}
