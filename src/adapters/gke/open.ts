import type { KubeConfig } from '@kubernetes/client-node';
import type { Log } from '../../ports.ts';
import { principalOf, readAdc } from '../google/adc.ts';
import { forgetGoogleToken, googleAccessToken } from '../google/token.ts';
import { chooseEndpoint, type Endpoint, type GkeEndpoint } from './endpoint.ts';
import { findCluster } from './find-cluster.ts';
import { type GkePath, parseGkePath } from './path.ts';

/** A GKE cluster to talk to. */
export interface GkeConnection {
  /** projects/…/locations/…/clusters/…, for messages. */
  readonly name: string;
  /** With one cluster, user and context, all of this name; the bearer token is renewed by itself before it expires. */
  readonly kubeConfig: KubeConfig;
  readonly endpoint: Endpoint['kind'];
  /** Who is signed in, for messages about missing permissions. */
  readonly principal: string;
  /** Remedy for "cannot be reached": what usually keeps a runner from this endpoint. */
  readonly unreachable: string;
  /**
   * To be called when the API server answers 401; then ask once more, and not again. The next request has a new token,
   * unless the present one is only seconds old.
   */
  renew(): Promise<void>;
}

/** A token that is younger than this (milliseconds) is not renewed because it was refused: a newer one would be too. */
const FRESH_MS = 5_000;

export interface GkeOptions {
  log: Log;
  endpoint?: GkeEndpoint;
}

/**
 * Finds a GKE cluster with Application Default Credentials.
 * @param path projects/…/locations/…/clusters/…
 * @throws EnvironmentError for missing credentials, permissions or APIs; UserError when there is no such cluster
 */
export async function openGke(path: string, options: GkeOptions): Promise<GkeConnection> {
  const gke = parseGkePath(path);
  const { log } = options;
  const principal = principalOf(readAdc());
  const tokens = new Tokens(log);
  await tokens.current();
  const cluster = await log.progress(`asking GKE for ${gke.name}`, () => findCluster(gke, principal));
  const endpoint = chooseEndpoint(cluster, gke.name, options.endpoint);
  log.info(`cluster ${gke.name} at ${endpoint.server} (${endpoint.kind} endpoint), as ${principal}`);
  return {
    name: gke.name,
    kubeConfig: await kubeConfigFor(gke, endpoint, tokens),
    endpoint: endpoint.kind,
    principal,
    unreachable: endpoint.unreachable,
    renew: () => tokens.renew(),
  };
}

/** Bearer tokens for the API server: every new one is masked before it is used. */
class Tokens {
  private readonly log: Log;
  private last = { token: '', since: 0 };
  private renewal: Promise<void> | undefined;

  constructor(log: Log) {
    this.log = log;
  }

  async current(): Promise<string> {
    const { token } = await googleAccessToken();
    if (token !== this.last.token) {
      this.log.mask(token);
      this.last = { token, since: Date.now() };
    }
    return token;
  }

  renew(): Promise<void> {
    this.renewal ??= this.fetchAnew().finally(() => {
      this.renewal = undefined;
    });
    return this.renewal;
  }

  /** Of many requests that were refused at once, only the first one's renewal fetches. */
  private async fetchAnew(): Promise<void> {
    if (Date.now() - this.last.since < FRESH_MS) return;
    await forgetGoogleToken(this.last.token);
    await this.current();
  }
}

async function kubeConfigFor(gke: GkePath, endpoint: Endpoint, tokens: Tokens): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const provider = 'slipway-gke';
  config.addAuthenticator({
    isAuthProvider: (user) => user.authProvider?.name === provider,
    applyAuthentication: async (_user, request) => {
      request.headers = { ...request.headers, Authorization: `Bearer ${await tokens.current()}` };
    },
  });
  config.loadFromOptions({
    clusters: [{ name: gke.name, server: endpoint.server, caData: endpoint.caData, skipTLSVerify: false }],
    users: [{ name: gke.name, authProvider: { name: provider } }],
    contexts: [{ name: gke.name, cluster: gke.name, user: gke.name }],
    currentContext: gke.name,
  });
  return config;
}
