import { openKube } from '../adapters/kube/open.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import { chooseCluster } from '../plan/cluster-choice.ts';
import type { Cluster } from '../ports.ts';
import type { LiveView } from '../preflight/live/facts.ts';
import { readLive } from '../stages/preflight/read-live.ts';
import { connectionOf } from './connection.ts';
import type { Run } from './context.ts';

/** Milliseconds for which a server that does not answer is asked again: the findings of the image do not need it. */
const OUTAGE_MS = 10_000;

/** Events whose slipway.yml was merged, or is that of a person who may push. */
const TRUSTED: readonly PipelineEvent['kind'][] = ['push', 'manual', 'schedule'];
const NO_INPUTS = { kubeconfig: undefined, context: undefined, cluster: undefined, namespace: undefined };

/** Reads the clusters of the environments, and writes nothing. */
export async function readClusters(run: Run): Promise<LiveView> {
  // The author of a pull request could name a cluster of their own, which would then get the credentials.
  if (!TRUSTED.includes(run.event().kind)) {
    return { environments: [], notes: ['Clusters are not looked at for a pull request.'] };
  }
  const { app, environments = {} } = run.config();
  const targets = Object.entries(environments).map(([environment, { namespace }]) => ({ app, environment, namespace }));
  return readLive(targets, (environment) => connect(environment, run));
}

async function connect(environment: string, run: Run): Promise<Cluster> {
  const { clock, log, signal, env, common } = run;
  const configured = run.config().environments?.[environment]?.cluster;
  const key = `environments.${environment}.cluster`;
  const choice = chooseCluster(NO_INPUTS, configured, env.KUBECONFIG, common.workingDirectory, key);
  const timing = { outage: OUTAGE_MS };
  return openKube({ connection: await connectionOf(choice, run), clock, log, signal, timing }, env);
}
