import { type Call, type Handler, notFound, page, type Reply } from './reply.ts';

/** Settings of the repository: environments, variables, secrets, Actions, packages. */

const putEnvironment: Handler = ({ world, shape, parameters, body }) => {
  const environment = world.environment(parameters.environment_name ?? '');
  const policy = body.deployment_branch_policy as { protected_branches: boolean } | null | undefined;
  // The request replaces all rules.
  environment.requiredReviewers = ((body.reviewers ?? []) as unknown[]).length > 0;
  // The patterns of a policy that stays are kept.
  if (policy != null && !environment.branchPolicy) environment.branches = [];
  environment.branchPolicy = policy != null;
  return { status: 200, body: shape.deployments.environment(environment) };
};

const listPolicies: Handler = ({ world, parameters, query }) => {
  const environment = world.environments.get(parameters.environment_name ?? '');
  if (!environment) return notFound;
  const all = environment.branchPolicy ? (environment.branches ?? ['main']) : [];
  const shown = all.map((name, index) => ({ id: index + 1, node_id: `policy-${index}`, name, type: 'branch' }));
  return counted(
    page(shown, query, (policy) => policy),
    shown.length,
    'branch_policies',
  );
};

const addPolicy: Handler = ({ world, parameters, body }) => {
  const environment = world.environments.get(parameters.environment_name ?? '');
  if (!environment?.branchPolicy) return notFound;
  const name = String(body.name);
  environment.branches = [...(environment.branches ?? []), name];
  return { status: 200, body: { id: environment.branches.length, node_id: 'policy', name, type: 'branch' } };
};

function counted(reply: Reply, total: number, key: string): Reply {
  return { ...reply, body: { total_count: total, [key]: reply.body } };
}

/** The names of a map or set that belong to an environment, or to the repository. */
function namesIn(all: Iterable<string>, environment: string): string[] {
  const prefix = `${environment}:`;
  return [...all].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

const listVariables: Handler = ({ world, parameters, query }) => {
  const environment = parameters.environment_name ?? '';
  const names = namesIn(world.variables.keys(), environment);
  const times = { created_at: world.now(), updated_at: world.now() };
  const shaped = (name: string) => ({ name, value: world.variables.get(`${environment}:${name}`) ?? '', ...times });
  return counted(page(names, query, shaped), names.length, 'variables');
};

const createVariable: Handler = ({ world, parameters, body }) => {
  world.variables.set(`${parameters.environment_name ?? ''}:${body.name}`, String(body.value));
  return { status: 201, body: {} };
};

const listSecrets: Handler = ({ world, parameters, query }) => {
  const names = namesIn(world.secrets, parameters.environment_name ?? '');
  const times = { created_at: world.now(), updated_at: world.now() };
  return counted(
    page(names, query, (name) => ({ name, ...times })),
    names.length,
    'secrets',
  );
};

const putSecret: Handler = ({ world, parameters }) => {
  const key = `${parameters.environment_name ?? ''}:${parameters.secret_name}`;
  const isNew = !world.secrets.has(key);
  world.secrets.add(key);
  return isNew ? { status: 201, body: {} } : { status: 204 };
};

const nothing =
  (key: string): Handler =>
  () => ({ status: 200, body: { total_count: 0, [key]: [] } });

const getPermissions: Handler = ({ world: { settings } }) => ({
  status: 200,
  body: { enabled: settings.enabled, ...(settings.enabled ? { allowed_actions: settings.allowed } : {}) },
});

const setPermissions: Handler = ({ world: { settings }, body }) => {
  settings.enabled = body.enabled === true;
  if (body.allowed_actions !== undefined) settings.allowed = body.allowed_actions as typeof settings.allowed;
  return { status: 204 };
};

const getSelected: Handler = ({ world: { settings } }) => ({
  status: 200,
  body: { github_owned_allowed: true, verified_allowed: false, patterns_allowed: settings.patterns },
});

const setSelected: Handler = ({ world: { settings }, body }) => {
  settings.patterns = (body.patterns_allowed ?? []) as string[];
  return { status: 204 };
};

const getToken: Handler = ({ world: { settings } }) => ({
  status: 200,
  body: { default_workflow_permissions: settings.token, can_approve_pull_request_reviews: false },
});

const setToken: Handler = ({ world: { settings }, body }) => {
  settings.token = body.default_workflow_permissions as typeof settings.token;
  return { status: 204 };
};

const getPackage = ({ world, shape, parameters }: Call): Reply => {
  const name = parameters.package_name ?? '';
  const repository = world.packages.get(name);
  return repository === undefined ? notFound : { status: 200, body: shape.package(name, repository) };
};

const listVersions =
  (ofPerson: boolean) =>
  ({ world, shape, parameters, query }: Call): Reply => {
    const versions = world.packageVersions.filter((version) => version.package === parameters.package_name);
    if (world.ofPerson !== ofPerson || versions.length === 0) return notFound;
    return page(versions, query, (version) => shape.packageVersion(version));
  };

const deleteVersion =
  (ofPerson: boolean) =>
  ({ world, parameters }: Call): Reply => {
    const index = world.packageVersions.findIndex(({ id }) => id === Number(parameters.package_version_id));
    if (world.ofPerson !== ofPerson || index < 0) return notFound;
    world.packageVersions.splice(index, 1);
    return { status: 204 };
  };

export const settings = {
  'actions/create-environment-variable': createVariable,
  'actions/create-or-update-environment-secret': putSecret,
  'actions/create-or-update-repo-secret': putSecret,
  'actions/create-repo-variable': createVariable,
  'actions/get-allowed-actions-repository': getSelected,
  'actions/get-github-actions-default-workflow-permissions-repository': getToken,
  'actions/get-github-actions-permissions-repository': getPermissions,
  'actions/list-environment-secrets': listSecrets,
  'actions/list-environment-variables': listVariables,
  'actions/list-repo-organization-secrets': nothing('secrets'),
  'actions/list-repo-organization-variables': nothing('variables'),
  'actions/list-repo-secrets': listSecrets,
  'actions/list-repo-variables': listVariables,
  'actions/set-allowed-actions-repository': setSelected,
  'actions/set-github-actions-default-workflow-permissions-repository': setToken,
  'actions/set-github-actions-permissions-repository': setPermissions,
  'orgs/get': ({ shape, parameters }: Call) => ({ status: 200, body: shape.organisation(parameters.org ?? '') }),
  'packages/delete-package-version-for-org': deleteVersion(false),
  'packages/delete-package-version-for-user': deleteVersion(true),
  'packages/get-all-package-versions-for-package-owned-by-org': listVersions(false),
  'packages/get-all-package-versions-for-package-owned-by-user': listVersions(true),
  'packages/get-package-for-organization': getPackage,
  'packages/get-package-for-user': getPackage,
  'repos/create-deployment-branch-policy': addPolicy,
  'repos/create-or-update-environment': putEnvironment,
  'repos/list-deployment-branch-policies': listPolicies,
} as const;
