import type { JsonWebKey } from 'node:crypto';
import { scratchFolder } from '../runner/scratch.ts';
import { type Authority, createAuthority } from './authority.ts';
import { signInWithGoogle } from './credentials-file.ts';
import { type GitHubOidc, gitHubOidc, ISSUER, type Job, RUNNER_HOST } from './github-oidc.ts';
import { type ClusterMessage, startGke } from './gke-server.ts';
import { type Call, type Part, startFront } from './https-front.ts';
import { iamCredentials, type ServiceAccount } from './iam-credentials.ts';
import { ownAddress } from './own-hosts.ts';
import { sts } from './sts.ts';
import { type Mint, opaqueToken, Tokens } from './tokens.ts';
import type { Provider } from './workload-identity.ts';

export interface GoogleOptions {
  job: Job;
  provider: Provider;
  project: string;
  accounts: ServiceAccount[];
  clusters: ClusterMessage[];
  /** IAM permissions → members. */
  allowed: Map<string, string[]>;
  mint?: Mint;
  /** Further hosts that the same TLS server plays. */
  hosts?: (tokens: Tokens) => Map<string, Part>;
}

/** What tests may change while the doubles run. */
export interface Settings {
  /** Lifetime of a federated identity's token, in seconds. */
  federatedSeconds: number;
  /** Lifetime of a service account's token, in seconds; undefined: as asked for. */
  impersonatedSeconds: number | undefined;
  gkeEnabled: boolean;
}

export interface SignIn {
  /** Default: the federated identity itself. */
  serviceAccount?: string;
  /** Default: a new folder. */
  workspace?: string;
  /** Default: the one that exists. */
  provider?: string;
}

export interface GoogleCloud {
  oidc: GitHubOidc;
  tokens: Tokens;
  settings: Settings;
  authority: Authority;
  /** Google's and GitHub's names → loopback addresses. */
  hosts: Map<string, string>;
  /** HTTP calls, in order. gRPC calls are in `gke`. */
  calls: Call[];
  gke: string[];
  /** What nobody documents, or what is not of the published shape. A test ends with `expect(violations).toEqual([])`. */
  violations: string[];
  /** The environment of a step after google-github-actions/auth. */
  env(signIn?: SignIn): Record<string, string>;
  close(): Promise<void>;
}

/** GitHub's identity tokens, Google's STS, IAM credentials and GKE, on loopback under their own names. */
export async function startGoogleCloud(options: GoogleOptions): Promise<GoogleCloud> {
  const oidc = gitHubOidc(options.job);
  const tokens = new Tokens(options.mint ?? opaqueToken);
  const authority = createAuthority();
  const settings: Settings = { federatedSeconds: 300, impersonatedSeconds: undefined, gkeEnabled: true };
  const violations: string[] = [];
  const keys = async () => keysOf(oidc);
  const { accounts, provider } = options;
  const exchange = sts({ provider, tokens, keys, seconds: () => settings.federatedSeconds, violations });
  const seconds = () => settings.impersonatedSeconds;
  const web = new Map<string, Part>([
    [new URL(ISSUER).host, { respond: oidc.issuer }],
    [RUNNER_HOST, { respond: oidc.runner }],
    ['sts.googleapis.com', { respond: exchange }],
    ['iamcredentials.googleapis.com', { respond: iamCredentials({ accounts, tokens, seconds, violations }) }],
    ...(options.hosts?.(tokens) ?? []),
  ]);
  const gkeOptions = { ...options, tokens, enabled: () => settings.gkeEnabled, violations };
  const [front, gke] = await Promise.all([
    startFront(authority, ownAddress(1), web),
    startGke(gkeOptions, authority, ownAddress(2)),
  ]);
  const hosts = new Map([...web.keys()].map((name) => [name, ownAddress(1)]));
  hosts.set('container.googleapis.com', ownAddress(2));
  return {
    oidc,
    tokens,
    settings,
    authority,
    hosts,
    calls: front.calls,
    gke: gke.calls,
    get violations() {
      return [...violations, ...front.violations];
    },
    env: (signIn = {}) => stepEnvironment(signIn, options, oidc, authority),
    close: async () => {
      await Promise.all([front.close(), gke.close()]);
    },
  };
}

/** What a step finds that comes after a sign-in. */
function stepEnvironment(
  { serviceAccount, workspace = scratchFolder(), provider }: SignIn,
  options: GoogleOptions,
  oidc: GitHubOidc,
  authority: Authority,
): Record<string, string> {
  return {
    ...signInWithGoogle({
      workspace,
      oidc,
      provider: provider ?? options.provider.name,
      project: options.project,
      ...(serviceAccount ? { serviceAccount } : {}),
    }),
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: oidc.requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: oidc.requestToken,
    NODE_EXTRA_CA_CERTS: authority.caFile,
  };
}

/** Google fetches the issuer's keys from its discovery document. */
async function keysOf(oidc: GitHubOidc): Promise<JsonWebKey[]> {
  const call = { host: new URL(ISSUER).host, method: 'GET', path: '/.well-known/jwks', headers: {}, body: '' };
  const answer: { keys?: JsonWebKey[] } = (await oidc.issuer(call))?.json ?? {};
  return answer.keys ?? [];
}
