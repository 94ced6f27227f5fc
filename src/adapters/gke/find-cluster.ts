import type { ClusterManagerClient } from '@google-cloud/container';
import { nearest } from '../../config/nearest.ts';
import { exportsOf } from '../google/common-js.ts';
import { googleClient } from '../google/token.ts';
import type { GkeCluster } from './endpoint.ts';
import type { GkePath } from './path.ts';
import { GKE_SCOPES } from './tokens.ts';
import { isNotFound, translateGkeError } from './translate.ts';

/** Milliseconds. Google's API answers in well under a second; a network that drops packets is an error after half a minute. */
const CALL = {
  timeout: 15_000,
  retry: {
    retryCodes: [14 /* UNAVAILABLE */],
    backoffSettings: {
      initialRetryDelayMillis: 500,
      retryDelayMultiplier: 2,
      maxRetryDelayMillis: 5_000,
      initialRpcTimeoutMillis: 15_000,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: 15_000,
      totalTimeoutMillis: 30_000,
    },
  },
};

/**
 * The cluster as GKE describes it. The SDK has 4 MB, so it is a separate chunk of the bundle, and only its client of API
 * version 1 is loaded.
 * @param principal the signed-in identity, for messages
 */
export async function findCluster(gke: GkePath, principal: string): Promise<GkeCluster> {
  const client = await connect();
  try {
    const [cluster] = await client.getCluster({ name: gke.name }, CALL);
    return cluster;
  } catch (error) {
    const near = isNotFound(error) ? await nearNames(client, gke) : [];
    throw translateGkeError(error, gke, principal, near);
  } finally {
    await client.close();
  }
}

async function connect(): Promise<ClusterManagerClient> {
  const module = await import('@google-cloud/container/build/src/v1/cluster_manager_client.js');
  const { ClusterManagerClient } = exportsOf(module);
  return new ClusterManagerClient({ authClient: await googleClient(GKE_SCOPES), fallback: false });
}

/** The clusters of the project, the most similar one first; none where listing is not permitted. */
async function nearNames(client: ClusterManagerClient, gke: GkePath): Promise<string[]> {
  try {
    const [{ clusters }] = await client.listClusters({ parent: `projects/${gke.project}/locations/-` }, CALL);
    const names = (clusters ?? []).map(({ location, name }) => `${location}/clusters/${name}`);
    const like = nearest(`${gke.location}/clusters/${gke.cluster}`, names);
    const inOrder = like ? [like, ...names.filter((name) => name !== like)] : names;
    return inOrder.map((name) => `projects/${gke.project}/locations/${name}`);
  } catch {
    return [];
  }
}
