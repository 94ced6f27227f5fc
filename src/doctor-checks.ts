/** The areas, in the order of the output, and what each of their checks means: `<area>.<name>` is the id. */
const CATALOGUE = {
  repository: {
    config: 'slipway.yml exists and is valid',
    'default-branch': 'slipway.yml of the default branch, which decides what guards review environments, is valid',
    dockerfile: 'The Dockerfile of each image exists',
    workflows: 'A workflow calls Slipway for each part of slipway.yml: environments, promotions, reviews, the reaper',
    permissions: 'Each job that calls Slipway has the permissions that its actions need',
    environments: 'Each job that deploys names the GitHub environment of its environment in slipway.yml',
    'ignored-credentials': '.dockerignore and .gitignore exclude the file that google-github-actions/auth writes',
    schema: 'slipway.yml names its JSON Schema, so that editors check and complete keys',
  },
  github: {
    repository: 'The API answers, and the token sees the repository',
    plan: 'The plan of the owner has required reviewers, for environments that accept promotions',
    environment: 'The GitHub environment exists',
    protection: 'The GitHub environment admits the default branch alone, and requires reviewers before a promotion',
    variables: 'The variables that the workflows read exist',
    secrets: 'The secrets that the workflows read exist; only their names are read',
    actions: 'Actions are enabled, and the actions that the workflows call are allowed',
    'workflow-token': 'The token of workflows can only read, unless a job asks for more',
  },
  identity: {
    provider: 'The provider of Workload Identity Federation exists, is active and trusts the issuer of GitHub',
    condition: 'The attribute condition admits the jobs of this repository, and no others',
    binding: 'The service account of each job lets the identity of that job use it',
  },
  registry: {
    reachable: 'The registry answers',
    repository: 'The repository of the image exists',
    pull: 'This identity may read the repository',
    push: 'This identity may write the repository, as far as that can be known without writing',
    linked: 'The package of GitHub Container Registry belongs to this repository',
  },
  cluster: {
    reachable: 'The API server answers, and accepts the credentials',
    version: 'The version of Kubernetes is supported',
    namespace: 'The namespace of the environment exists',
    roles: 'The account of the environment may do all that a rollout does',
    source: 'The account of an environment with promoteFrom may read the releases of the source',
    'review-roles': 'The account of review environments may do all that the guides list',
    secrets: 'The Secrets and ConfigMaps that the pods read exist, with their keys',
    'pull-secrets': 'The pull Secrets exist, and hold a lasting login to the registry',
    'database-server': 'The Secret of the shared database server exists, and is offered to review environments',
    storage: 'There is a default StorageClass for the databases of review environments',
    'ingress-class': 'The IngressClass exists, or there is one default class',
    gateway: 'The Gateway exists, is programmed, and has a listener for the host and the namespace',
    controller: 'The ingress controller still gets fixes',
    'network-policies': 'A component of the cluster enforces NetworkPolicies',
    issuer: 'The ClusterIssuer of cert-manager exists and is ready',
    certificate: 'The TLS Secret exists, and its certificate is valid for the host for another two weeks',
    quota: 'The ResourceQuotas of the namespace have room for a rollout',
  },
  visit: {
    dns: 'The host resolves to the address of the ingress controller',
    tls: 'The certificate that visitors get is valid for the host for another two weeks',
  },
} as const;

type Catalogue = typeof CATALOGUE;
export type Area = keyof Catalogue;
export type CheckId = { [A in Area]: `${A}.${keyof Catalogue[A] & string}` }[Area];

export const AREAS = Object.keys(CATALOGUE) as [Area, ...Area[]];

/** Every check and what it means, in the order of the output. */
export const CHECKS = Object.fromEntries(
  Object.entries(CATALOGUE).flatMap(([area, checks]) =>
    Object.entries(checks).map(([name, meaning]) => [`${area}.${name}`, meaning]),
  ),
) as Record<CheckId, string>;

export const CHECK_IDS = Object.keys(CHECKS) as [CheckId, ...CheckId[]];

export const STATUSES = ['ok', 'failed', 'unknown', 'skipped'] as const;

export function areaOf(id: CheckId): Area {
  return id.slice(0, id.indexOf('.')) as Area;
}
