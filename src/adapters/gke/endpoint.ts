import type { protos } from '@google-cloud/container';
import { EnvironmentError, UserError } from '../../errors.ts';
import { neutralise } from '../../text/neutralise.ts';

export type GkeCluster = protos.google.container.v1.ICluster;

/**
 * Which address of the control plane to use. `auto` takes the DNS-based one where it lets outside traffic in (it needs no
 * authorized networks; IAM guards it), else the public address, and the private one only when there is no other.
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
 */
export const GKE_ENDPOINTS = ['auto', 'dns', 'public', 'private'] as const;
export type GkeEndpoint = (typeof GKE_ENDPOINTS)[number];

export interface Endpoint {
  kind: Exclude<GkeEndpoint, 'auto'>;
  /** https://… without a port. */
  server: string;
  /** The cluster's own certificate authority (PEM); undefined: the DNS-based endpoint has a public certificate. */
  ca: string | undefined;
  /** What to do when nothing answers there. */
  unreachable: string;
}

/** @throws UserError when the wanted endpoint is not switched on, EnvironmentError when the cluster has none (yet) */
export function chooseEndpoint(cluster: GkeCluster, name: string, wanted: GkeEndpoint = 'auto'): Endpoint {
  const all = endpointsOf(cluster, name);
  const found = wanted === 'auto' ? all[0] : all.find((endpoint) => endpoint.kind === wanted);
  if (found) return found;
  if (all.length > 0) {
    const has = all.map((endpoint) => endpoint.kind).join(' and ');
    throw new UserError(`cluster ${name} has no ${wanted} endpoint; it has: ${has}`, {
      remedy: wanted === 'dns' ? enableDns(name) : `Use endpoint: ${all[0]?.kind}, or leave it out.`,
    });
  }
  throw new EnvironmentError(`cluster ${name} has no endpoint that can be reached: its status is ${cluster.status}`, {
    details: cluster.conditions?.flatMap(({ message }) => (message ? neutralise(message) : [])),
    remedy: cluster.status === 'PROVISIONING' ? 'Run again when it has been created.' : enableDns(name),
  });
}

/** The preferred endpoint first. */
function endpointsOf(cluster: GkeCluster, name: string): Endpoint[] {
  const dns = cluster.controlPlaneEndpointsConfig?.dnsEndpointConfig;
  const ip = cluster.controlPlaneEndpointsConfig?.ipEndpointsConfig;
  const old = cluster.privateClusterConfig;
  const authority = cluster.masterAuth?.clusterCaCertificate;
  const ca = authority ? Buffer.from(authority, 'base64').toString('utf8') : undefined;
  const privateIp = ip?.privateEndpoint || old?.privateEndpoint || undefined;
  const publicIp = ip?.publicEndpoint || old?.publicEndpoint || notThe(privateIp, cluster.endpoint);
  const closed = ip?.enablePublicEndpoint === false || old?.enablePrivateEndpoint === true;
  const endpoints: Endpoint[] = [];
  if (dns?.endpoint && dns.allowExternalTraffic) {
    const unreachable =
      'The DNS-based endpoint needs container.clusters.connect, and VPC Service Controls may refuse it.';
    endpoints.push({ kind: 'dns', server: `https://${dns.endpoint}`, ca: undefined, unreachable });
  }
  if (ip?.enabled === false) return endpoints;
  if (publicIp && !closed) {
    const unreachable = `The cluster may accept authorized networks only, and this runner is in none. ${enableDns(name)}`;
    endpoints.push({ kind: 'public', server: `https://${publicIp}`, ca, unreachable });
  }
  if (privateIp) {
    const unreachable = `A private address answers inside the VPC only: use a runner in it. ${enableDns(name)}`;
    endpoints.push({ kind: 'private', server: `https://${privateIp}`, ca, unreachable });
  }
  return endpoints;
}

/** The field `endpoint` holds any address of the cluster: without a public one, the private one or a name. */
function notThe(privateIp: string | undefined, endpoint: string | null | undefined): string | undefined {
  return endpoint && endpoint !== privateIp && !endpoint.endsWith('.gke.goog') ? endpoint : undefined;
}

function enableDns(name: string): string {
  const [, project, , location, , cluster] = name.split('/');
  return (
    `Open the DNS-based endpoint, which IAM guards: \`gcloud container clusters update ${cluster} ` +
    `--location=${location} --project=${project} --enable-dns-access\`.`
  );
}
