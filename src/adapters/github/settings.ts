import type { ActionsPolicy, EnvironmentFacts, RepositoryFacts, RepositorySettings } from '../../ports.ts';
import { hasStatus } from './answer.ts';
import { type ClientOptions, createClient, type Octokit } from './client.ts';
import { fileAt } from './contents.ts';
import { askGitHub } from './translate.ts';

interface Repo {
  owner: string;
  repo: string;
}

/** The settings of a repository. Only reads. */
export function createSettings(options: ClientOptions & { repository: string }): RepositorySettings {
  const octokit = createClient(options);
  const [owner = '', repo = ''] = options.repository.split('/');
  const at = { owner, repo };
  return {
    repository: () => askGitHub('reading the repository', 'metadata: read', () => repositoryOf(octokit, at)),
    planOf: (org) =>
      askGitHub(`reading the plan of ${org}`, 'organization administration: read', async () => {
        const { data } = await octokit.rest.orgs.get({ org });
        return data.plan?.name;
      }),
    environment: (name) =>
      askGitHub(`reading the environment "${name}"`, 'actions: read', () => environmentOf(octokit, at, name)),
    variables: (environment) =>
      askGitHub('listing variables', environment ? 'environments: read' : 'variables: read', () =>
        variablesOf(octokit, at, environment),
      ),
    organisationVariables: () =>
      askGitHub('listing variables of the organisation', 'variables: read', async () => {
        return byName(
          await octokit.paginate(octokit.rest.actions.listRepoOrganizationVariables, { ...at, per_page: 30 }),
        );
      }),
    secrets: (environment) =>
      askGitHub('listing secrets', environment ? 'environments: read' : 'secrets: read', () =>
        secretsOf(octokit, at, environment),
      ),
    organisationSecrets: () =>
      askGitHub('listing secrets of the organisation', 'secrets: read', async () => {
        const all = await octokit.paginate(octokit.rest.actions.listRepoOrganizationSecrets, { ...at, per_page: 100 });
        return all.map(({ name }) => name);
      }),
    actionsPolicy: () =>
      askGitHub('reading the settings of Actions', 'administration: read', () => policyOf(octokit, at)),
    workflowToken: () =>
      askGitHub('reading the default of the workflow token', 'administration: read', async () => {
        const { data } = await octokit.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository({ ...at });
        return data.default_workflow_permissions;
      }),
    ownId: () => askGitHub('reading this account', 'a token of a person', () => ownId(octokit)),
    fileAt: (path, ref) =>
      askGitHub(`reading ${path} of ${ref}`, 'contents: read', () => fileAt(octokit, at, path, ref)),
    packageRepository: (of, name) =>
      askGitHub(`reading the package ${name}`, 'packages: read', () => packageRepository(octokit, of, name)),
  };
}

async function repositoryOf(octokit: Octokit, at: Repo): Promise<RepositoryFacts> {
  const { data } = await octokit.rest.repos.get({ ...at });
  const { login, id, type } = data.owner;
  return {
    id: data.id,
    fullName: data.full_name,
    isPrivate: data.private,
    owner: { login, id, isOrganisation: type === 'Organization' },
    defaultBranch: data.default_branch,
  };
}

async function environmentOf(octokit: Octokit, at: Repo, name: string): Promise<EnvironmentFacts | undefined> {
  const where = { ...at, environment_name: name };
  const found = await unless404(octokit.rest.repos.getEnvironment(where));
  if (found === undefined) return undefined;
  const { protection_rules: rules = [], deployment_branch_policy: policy } = found.data;
  const reviewers = rules.flatMap((rule) => ('reviewers' in rule ? (rule.reviewers ?? []) : []));
  return {
    name: found.data.name,
    reviewers: reviewers.flatMap(({ type, reviewer }) => (type && reviewer?.id ? [{ type, id: reviewer.id }] : [])),
    waitTimer: rules.reduce((most, rule) => ('wait_timer' in rule ? (rule.wait_timer ?? most) : most), 0),
    branches: policy == null ? 'all' : policy.protected_branches ? 'protected' : await policiesOf(octokit, where),
  };
}

async function policiesOf(octokit: Octokit, where: Repo & { environment_name: string }): Promise<string[]> {
  const { data } = await octokit.rest.repos.listDeploymentBranchPolicies({ ...where, per_page: 100 });
  return data.branch_policies.flatMap(({ name }) => name ?? []);
}

async function variablesOf(octokit: Octokit, at: Repo, environment: string | undefined) {
  const own = { ...at, per_page: 30 };
  const { actions } = octokit.rest;
  const listed =
    environment === undefined
      ? octokit.paginate(actions.listRepoVariables, own)
      : octokit.paginate(actions.listEnvironmentVariables, { ...own, environment_name: environment });
  return byName((await unless404(listed)) ?? []);
}

function byName(all: readonly { name: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(all.map(({ name, value }) => [name, value]));
}

async function secretsOf(octokit: Octokit, at: Repo, environment: string | undefined): Promise<string[]> {
  const own = { ...at, per_page: 100 };
  const { actions } = octokit.rest;
  const listed =
    environment === undefined
      ? octokit.paginate(actions.listRepoSecrets, own)
      : octokit.paginate(actions.listEnvironmentSecrets, { ...own, environment_name: environment });
  return ((await unless404(listed)) ?? []).map(({ name }) => name);
}

async function policyOf(octokit: Octokit, at: Repo): Promise<ActionsPolicy> {
  const { data } = await octokit.rest.actions.getGithubActionsPermissionsRepository({ ...at });
  const allowed = data.allowed_actions ?? 'all';
  if (!data.enabled || allowed !== 'selected') return { enabled: data.enabled, allowed, selected: undefined };
  const { data: selected } = await octokit.rest.actions.getAllowedActionsRepository({ ...at });
  return {
    enabled: true,
    allowed,
    selected: {
      gitHubOwned: selected.github_owned_allowed ?? false,
      verified: selected.verified_allowed ?? false,
      patterns: selected.patterns_allowed ?? [],
    },
  };
}

/** The token of a GitHub App may not call `GET /user`. */
async function ownId(octokit: Octokit): Promise<number | undefined> {
  try {
    return (await octokit.rest.users.getAuthenticated()).data.id;
  } catch (error) {
    if (hasStatus(error, 403)) return undefined;
    throw error;
  }
}

async function packageRepository(
  octokit: Octokit,
  owner: { login: string; isOrganisation: boolean },
  name: string,
): Promise<string | null | undefined> {
  const wanted = { package_type: 'container' as const, package_name: name };
  const { packages } = octokit.rest;
  const found = await unless404(
    owner.isOrganisation
      ? packages.getPackageForOrganization({ ...wanted, org: owner.login })
      : packages.getPackageForUser({ ...wanted, username: owner.login }),
  );
  return found && (found.data.repository?.full_name ?? null);
}

async function unless404<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
