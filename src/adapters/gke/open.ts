import type { Log } from '../../ports.ts';
import { principalOf, readAdc } from '../google/adc.ts';
import type { Connection } from '../kube/connection.ts';
import { chooseEndpoint, type Endpoint, type GkeEndpoint } from './endpoint.ts';
import { findCluster } from './find-cluster.ts';
import { parseGkePath } from './path.ts';
import { BearerTokens } from './tokens.ts';

/** A connection to a GKE cluster. Its name is projects/…/locations/…/clusters/…, and its bearer token renews itself. */
export interface GkeConnection extends Connection {
  endpoint: Endpoint['kind'];
  /** The signed-in identity, for messages about missing permissions. */
  principal: string;
  /** Remedy for "cannot be reached": what usually keeps a runner from this endpoint. */
  unreachable: string;
}

export interface GkeOptions {
  log: Log;
  /** Default: auto. */
  endpoint?: GkeEndpoint | undefined;
}

/**
 * Finds a GKE cluster with Application Default Credentials.
 * @param path projects/…/locations/…/clusters/…
 * @throws EnvironmentError for missing credentials, permissions or APIs; UserError when there is no such cluster
 */
export async function openGke(path: string, options: GkeOptions): Promise<GkeConnection> {
  const { log } = options;
  const gke = parseGkePath(path);
  const principal = principalOf(readAdc());
  const tokens = new BearerTokens(log);
  await tokens.header(false);
  const cluster = await log.progress(`asking GKE for ${gke.name}`, () => findCluster(gke, principal));
  const { kind, server, ca, unreachable } = chooseEndpoint(cluster, gke.name, options.endpoint);
  log.info(`cluster ${gke.name} at ${server} (${kind} endpoint), as ${principal}`);
  return {
    name: gke.name,
    server,
    ca,
    authorization: (renew) => tokens.header(renew),
    endpoint: kind,
    principal,
    unreachable,
  };
}
