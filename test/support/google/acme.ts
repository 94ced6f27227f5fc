import type { Job } from './github-oidc.ts';
import type { ServiceAccount } from './iam-credentials.ts';
import { commandsOf, flag } from './operator-guide.ts';
import type { Provider } from './workload-identity.ts';

/** The names that docs/google-cloud.md uses. */
export const PROJECT = 'acme-apps';
export const POOL = 'projects/123456789012/locations/global/workloadIdentityPools/github';
export const CLUSTER = `projects/${PROJECT}/locations/europe-west1/clusters/main`;

/** The e-mail address of a stage's service account. */
export const accountOf = (stage: string): string => `slipway-${stage}@${PROJECT}.iam.gserviceaccount.com`;

/** A push to the main branch, in a job with `environment: staging`. */
export const PUSH_TO_MAIN: Job = {
  owner: 'acme',
  ownerId: 4100100,
  repository: 'parking',
  repositoryId: 800200300,
  ref: 'refs/heads/main',
  event: 'push',
  environment: 'staging',
  immutableSubject: true,
};

/** What an operator has in Google Cloud who has run the commands of docs/google-cloud.md. */
export interface Setup {
  provider: Provider;
  accounts: ServiceAccount[];
  /** IAM permissions → members. */
  allowed: Map<string, string[]>;
}

/** What the roles contain, as far as it matters here. @see https://cloud.google.com/iam/docs/roles-permissions */
const ROLES: Record<string, string[]> = {
  'roles/container.clusterViewer': ['container.clusters.connect', 'container.clusters.get', 'container.clusters.list'],
  'roles/artifactregistry.writer': ['repositories.uploadArtifacts', 'repositories.downloadArtifacts'],
  'roles/artifactregistry.reader': ['repositories.downloadArtifacts'],
};

export function documentedSetup(): Setup {
  const calls = commandsOf('federation', 'identities');
  const provider = calls.find((call) => call.includes('create-oidc')) ?? [];
  const mapping = flag(provider, 'attribute-mapping')
    .split(/,(?=google\.|attribute\.)/)
    .map((entry): [string, string] => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]);
  const users = new Map<string, string[]>();
  for (const call of calls.filter(
    (one) => one.includes('service-accounts') && one.includes('add-iam-policy-binding'),
  )) {
    const email = call[4] ?? '';
    users.set(email, [...(users.get(email) ?? []), flag(call, 'member')]);
  }
  const allowed = new Map<string, string[]>();
  for (const call of calls.filter(
    (one) => one.includes('add-iam-policy-binding') && !one.includes('service-accounts'),
  )) {
    for (const permission of ROLES[flag(call, 'role')] ?? []) {
      allowed.set(permission, [...(allowed.get(permission) ?? []), flag(call, 'member')]);
    }
  }
  return {
    provider: {
      name: `${POOL}/providers/actions`,
      mapping: Object.fromEntries(mapping),
      condition: flag(provider, 'attribute-condition'),
    },
    accounts: [...users].map(([email, own]) => ({ email, users: own })),
    allowed,
  };
}
