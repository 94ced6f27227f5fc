import type { Platform } from '../../../local/platform.ts';
import { accountOf, documentedSetup, PROJECT, PUSH_TO_MAIN } from './acme.ts';
import { apiFront } from './api-front.ts';
import type { ClusterMessage } from './gke-server.ts';
import { type GoogleCloud, startGoogleCloud } from './google-cloud.ts';
import type { Part } from './https-front.ts';
import { clusterTokens, forward, type LocalCluster, localCluster, type StandIn } from './local-cluster.ts';
import type { Tokens } from './tokens.ts';

/** Name of the double's DNS-based endpoint. */
export const DNS_NAME = 'gke-5f3759df0b1c4d2e8a6f-123456789012.europe-west1.gke.goog';

export interface GoogleOnCluster {
  cloud: GoogleCloud;
  cluster: LocalCluster;
  /** Holds the ServiceAccounts that stand for Google's identities. */
  namespace: string;
  close(): Promise<void>;
}

/**
 * Google Cloud in front of the local platform: cluster `main` of the operator's guide is the real local cluster, with its
 * address and its authority, and the tokens that Google gives out are the real tokens of ServiceAccounts in it.
 * @param publicAddress also listen on port 443 of the API server's own address; one at a time on a machine can
 * @param more further hosts that Google plays
 */
export async function startGoogleOnCluster(
  platform: Platform,
  namespace: string,
  publicAddress: boolean,
  more: (tokens: Tokens) => Map<string, Part> = () => new Map(),
): Promise<GoogleOnCluster> {
  const cluster = localCluster(platform);
  await cluster.admin('POST', '/api/v1/namespaces', object('v1', 'Namespace', namespace));
  const standIns = new Map<string, StandIn>();
  for (const stage of ['review', 'staging', 'production', 'plan']) {
    const account = object('v1', 'ServiceAccount', `slipway-${stage}`);
    await cluster.admin('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account);
    standIns.set(accountOf(stage), { namespace, name: `slipway-${stage}` });
  }
  // A federated identity without a service account: the first leg of an impersonation gets such a token as well.
  standIns.set('*', { namespace, name: 'default' });
  const gate = publicAddress ? await forward(cluster.host, 443, cluster) : undefined;
  const cloud = await startGoogleCloud({
    ...documentedSetup(),
    job: PUSH_TO_MAIN,
    project: PROJECT,
    clusters: [mainCluster(cluster, publicAddress)],
    mint: clusterTokens(cluster, standIns),
    hosts: (tokens) => more(tokens).set(DNS_NAME, { raw: apiFront(cluster, tokens) }),
  });
  return {
    cloud,
    cluster,
    namespace,
    close: async () => {
      await Promise.all([cloud.close(), gate?.close()]);
      await cluster.admin('DELETE', `/api/v1/namespaces/${namespace}`);
    },
  };
}

/** As GKE describes a regional Autopilot cluster that was made with --enable-dns-access. */
function mainCluster(cluster: LocalCluster, publicAddress: boolean): ClusterMessage {
  return {
    name: 'main',
    location: 'europe-west1',
    status: 'RUNNING',
    currentMasterVersion: '1.34.1-gke.1829001',
    endpoint: publicAddress ? cluster.host : DNS_NAME,
    selfLink: `https://container.googleapis.com/v1/projects/${PROJECT}/locations/europe-west1/clusters/main`,
    masterAuth: { clusterCaCertificate: cluster.ca, clientCertificateConfig: {} },
    autopilot: { enabled: true },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { endpoint: DNS_NAME, allowExternalTraffic: true },
      ipEndpointsConfig: publicAddress
        ? { enabled: true, enablePublicEndpoint: true, publicEndpoint: cluster.host }
        : { enabled: false },
    },
  };
}

/** A Kubernetes object that is little more than its name. */
export function object(apiVersion: string, kind: string, name: string, rest: object = {}): object {
  return { apiVersion, kind, metadata: { name }, ...rest };
}
