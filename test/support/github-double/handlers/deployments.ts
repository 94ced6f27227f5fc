import type { Deployment, Status } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { type Call, type Handler, invalid, notFound, page, type Reply } from './reply.ts';

/** GitHub's default for `auto_inactive` is true; transient and production environments are left alone by it. */
const create: Handler = ({ world, shape, account, body }) => {
  const ref = String(body.ref);
  const commit = world.history.resolve(ref);
  if (!commit) return invalid(`No ref found for: ${ref}`);
  if (String(body.description ?? '').length > 140) return invalid('Validation Failed: description is too long');
  if (body.auto_merge !== false && isBehind(world, ref)) {
    return { status: 202, body: { message: `Auto-merged ${world.defaultBranch} into ${ref} on deployment.` } };
  }
  if (body.required_contexts === undefined && world.failingChecks.has(commit.sha)) {
    const message = `Conflict: Commit status checks failed for ${ref}.`;
    return { status: 409, body: { message, documentation_url: 'https://docs.github.com/rest' } };
  }
  const environment = String(body.environment ?? 'production');
  world.environment(environment);
  const now = world.now();
  const deployment: Deployment = {
    id: world.nextId(),
    sha: commit.sha,
    ref,
    task: String(body.task ?? 'deploy'),
    environment,
    description: String(body.description ?? ''),
    payload: body.payload ?? {},
    transient: body.transient_environment === true,
    production: (body.production_environment ?? environment === 'production') === true,
    creator: account,
    createdAt: now,
    updatedAt: now,
    statuses: [],
  };
  world.deployments.set(deployment.id, deployment);
  return { status: 201, body: shape.deployments.one(deployment) };
};

function isBehind(world: World, ref: string): boolean {
  return (world.history.compare(world.defaultBranch, ref)?.behindBy ?? 0) > 0;
}

const list: Handler = ({ world, shape, query }) => {
  const matching = [...world.deployments.values()].filter((deployment) =>
    (['sha', 'ref', 'task', 'environment'] as const).every((field) => {
      const wanted = query.get(field);
      return wanted === null || wanted === 'none' || deployment[field] === wanted;
    }),
  );
  return page(matching.reverse(), query, (deployment) => shape.deployments.one(deployment));
};

const get: Handler = (call) =>
  of(call, (deployment) => ({ status: 200, body: call.shape.deployments.one(deployment) }));

const remove: Handler = (call) =>
  of(call, (deployment) => {
    const active = deployment.statuses.at(-1)?.state !== 'inactive';
    if (active && call.world.deployments.size > 1) {
      return invalid('We cannot delete an active deployment unless it is the only deployment in a given environment.');
    }
    call.world.deployments.delete(deployment.id);
    return { status: 204 };
  });

const listStatuses: Handler = (call) =>
  of(call, (deployment) =>
    page([...deployment.statuses].reverse(), call.query, (status) => call.shape.deployments.status(deployment, status)),
  );

const createStatus: Handler = (call) =>
  of(call, (deployment) => {
    const { world, account, body } = call;
    if (String(body.description ?? '').length > 140) return invalid('Validation Failed: description is too long');
    const status: Status = {
      id: world.nextId(),
      state: String(body.state),
      description: String(body.description ?? ''),
      environmentUrl: String(body.environment_url ?? ''),
      logUrl: String(body.log_url ?? ''),
      creator: account,
      createdAt: world.now(),
    };
    deployment.statuses.push(status);
    deployment.updatedAt = status.createdAt;
    if (status.state === 'success' && body.auto_inactive !== false) deactivateOthers(world, deployment, status);
    return { status: 201, body: call.shape.deployments.status(deployment, status) };
  });

function deactivateOthers(world: World, deployment: Deployment, status: Status): void {
  for (const other of world.deployments.values()) {
    const same = other.environment === deployment.environment && other.id < deployment.id;
    if (!same || other.transient || other.production || other.statuses.at(-1)?.state !== 'success') continue;
    other.statuses.push({ ...status, id: world.nextId(), state: 'inactive', description: '' });
  }
}

function of({ world, parameters }: Call, then: (deployment: Deployment) => Reply): Reply {
  const deployment = world.deployments.get(Number(parameters.deployment_id));
  return deployment ? then(deployment) : notFound;
}

export const deployments = {
  'repos/create-deployment': create,
  'repos/list-deployments': list,
  'repos/get-deployment': get,
  'repos/delete-deployment': remove,
  'repos/list-deployment-statuses': listStatuses,
  'repos/create-deployment-status': createStatus,
} as const;
