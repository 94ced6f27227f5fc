/** What `slipway doctor` reads of the world. Nothing here writes. */
import type { Cluster } from './cluster.ts';

/** A cluster, as one of its users sees it. */
export interface InspectedCluster extends Pick<Cluster, 'name' | 'version' | 'get' | 'list' | 'allowed' | 'resource'> {
  /** Name of the user as the API server knows it; undefined before Kubernetes 1.28. */
  username(): Promise<string | undefined>;
  /** The same cluster, as another user: every request impersonates it. */
  as(user: string): InspectedCluster;
}

export interface RepositoryFacts {
  id: number;
  fullName: string;
  isPrivate: boolean;
  owner: { login: string; id: number; isOrganisation: boolean };
  defaultBranch: string;
}

/** A GitHub environment and its rules. */
export interface EnvironmentFacts {
  name: string;
  /** Who can approve a job: the ids with which GitHub names them. */
  reviewers: readonly { type: 'User' | 'Team'; id: number }[];
  /** Minutes that a job waits. */
  waitTimer: number;
  /** Branches (and tags) that may deploy: `all`, those that are protected, or these patterns. */
  branches: 'all' | 'protected' | readonly string[];
}

/** Which actions workflows may call. */
export interface ActionsPolicy {
  enabled: boolean;
  allowed: 'all' | 'local_only' | 'selected';
  /** With `selected`. */
  selected: { gitHubOwned: boolean; verified: boolean; patterns: readonly string[] } | undefined;
}

/** Settings of a repository on GitHub. Every method rejects with an error that names the missing permission. */
export interface RepositorySettings {
  repository(): Promise<RepositoryFacts>;
  /** Name of the plan of an organisation, such as `team`; undefined: GitHub does not tell this account. */
  planOf(organisation: string): Promise<string | undefined>;
  /** undefined: it does not exist. */
  environment(name: string): Promise<EnvironmentFacts | undefined>;
  /** Variables of the repository, or of one of its environments. */
  variables(environment?: string): Promise<Readonly<Record<string, string>>>;
  /** Variables of the organisation that this repository can read. */
  organisationVariables(): Promise<Readonly<Record<string, string>>>;
  /** Names of secrets. */
  secrets(environment?: string): Promise<string[]>;
  organisationSecrets(): Promise<string[]>;
  actionsPolicy(): Promise<ActionsPolicy>;
  /** What the token of a workflow may do without `permissions:`. */
  workflowToken(): Promise<'read' | 'write'>;
  /** Id of the account of the token; undefined: the token belongs to nobody (an app). */
  ownId(): Promise<number | undefined>;
  /** As UTF-8; undefined: it does not exist. */
  fileAt(path: string, ref: string): Promise<string | undefined>;
  /** Full name of the repository that a container package belongs to; null: none; undefined: there is no such package. */
  packageRepository(
    owner: { login: string; isOrganisation: boolean },
    name: string,
  ): Promise<string | null | undefined>;
}

/** A provider of a workload identity pool. */
export interface IdentityProvider {
  /** `ACTIVE`, or another state. */
  state: string;
  disabled: boolean;
  /** undefined: it is no OIDC provider. */
  issuer: string | undefined;
  /** CEL; empty: every token of the issuer is admitted. */
  condition: string;
  /** google.subject, attribute.… → CEL. */
  mapping: Readonly<Record<string, string>>;
}

export interface RoleMembers {
  role: string;
  members: readonly string[];
}

/** Google Cloud, as its APIs describe the set-up. */
export interface GoogleSettings {
  /** @param name projects/…/providers/…; undefined: it does not exist */
  provider(name: string): Promise<IdentityProvider | undefined>;
  /** Who may do what with a service account; undefined: it does not exist. */
  accountPolicy(email: string): Promise<RoleMembers[] | undefined>;
  /** Format of a repository of Artifact Registry, such as DOCKER; undefined: it does not exist. */
  repositoryFormat(name: string): Promise<string | undefined>;
  /** Those of the permissions that this identity has on a repository of Artifact Registry. */
  repositoryPermissions(name: string, permissions: readonly string[]): Promise<string[]>;
}

/** What a TLS server showed. */
export interface ShownCertificate {
  certificate: Certificate | undefined;
  /** Why programs do not trust its issuer; undefined: they do. */
  untrusted: string | undefined;
}

/** Hosts, as visitors find them. */
export interface Visits {
  /** IP addresses of a name; empty: it has none. */
  addresses(host: string): Promise<string[]>;
  /** The certificate for a host at an address. */
  certificate(host: string, address: string, port: number): Promise<ShownCertificate>;
}

/** Registries, as this identity sees them. */
export interface InspectedRegistry {
  /** Whether the registry itself answers; rejects if it does not. */
  ping(host: string): Promise<void>;
  /** Whether the repository can be read; rejects if not. */
  read(repository: string): Promise<void>;
}

/** What decides about a certificate. */
export interface Certificate {
  /** DNS names of the certificate, in lower case. */
  names: readonly string[];
  /** RFC 3339. */
  validFrom: string;
  validTo: string;
}
