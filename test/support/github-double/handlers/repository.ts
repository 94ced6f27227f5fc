import type { Pull } from '../world/types.ts';
import { type Handler, notFound, page, window } from './reply.ts';

const getPull: Handler = ({ world, shape, parameters }) => {
  const pull = world.pulls.get(Number(parameters.pull_number));
  if (!pull) return notFound;
  const comments = [...world.comments.values()].filter((comment) => comment.number === pull.number);
  return { status: 200, body: shape.pull(pull, comments.length) };
};

const listPulls: Handler = ({ world, shape, query }) => {
  const state = query.get('state') ?? 'open';
  const matching = [...world.pulls.values()].filter((pull) => state === 'all' || pull.state === state);
  return page(sorted(matching, query), query, (pull) => shape.pullInList(pull));
};

/** By default the newest first, as GitHub has it. */
function sorted(pulls: Pull[], query: URLSearchParams): Pull[] {
  const time = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const ascending = query.get('direction') === 'asc';
  pulls.sort((a, b) => a[time].localeCompare(b[time]) || a.number - b.number);
  return ascending ? pulls : pulls.reverse();
}

const getRepository: Handler = ({ shape }) => ({ status: 200, body: shape.repository() });

const getCommit: Handler = ({ world, shape, parameters }) => {
  const ref = parameters.ref ?? '';
  const commit = world.history.resolve(ref);
  if (!commit) return { status: 422, body: { message: `No commit found for SHA: ${ref}`, documentation_url: '' } };
  return { status: 200, body: shape.commit(commit) };
};

const getContent: Handler = ({ world, shape, parameters, query }) => {
  const path = parameters.path ?? '';
  const content = world.files.get(`${query.get('ref') ?? world.defaultBranch}:${path}`);
  return content === undefined ? notFound : { status: 200, body: shape.file(path, content) };
};

const compare: Handler = ({ world, shape, parameters, query }) => {
  const comparison = world.history.compare(parameters.base ?? '', parameters.head ?? '');
  if (!comparison) return notFound;
  const { from, to } = window(query);
  return {
    status: 200,
    body: shape.comparison(comparison, comparison.ahead.slice(from, to)),
    next: to < comparison.ahead.length,
  };
};

const getEnvironment: Handler = ({ world, shape, parameters }) => {
  const environment = world.environments.get(parameters.environment_name ?? '');
  return environment ? { status: 200, body: shape.deployments.environment(environment) } : notFound;
};

const listEnvironments: Handler = ({ world, shape, query }) => {
  const all = [...world.environments.values()];
  const reply = page(all, query, (environment) => shape.deployments.environment(environment));
  return { ...reply, body: { total_count: all.length, environments: reply.body } };
};

const deleteEnvironment: Handler = ({ world, parameters }) =>
  world.environments.delete(parameters.environment_name ?? '') ? { status: 204 } : notFound;

const authenticated: Handler = ({ shape, account }) => ({ status: 200, body: shape.authenticated(account) });

const rateLimit: Handler = ({ shape }) => ({ status: 200, body: shape.rateLimit() });

export const repository = {
  'pulls/get': getPull,
  'pulls/list': listPulls,
  'repos/get': getRepository,
  'repos/get-commit': getCommit,
  'repos/get-content': getContent,
  'repos/compare-commits': compare,
  'repos/get-environment': getEnvironment,
  'repos/get-all-environments': listEnvironments,
  'repos/delete-an-environment': deleteEnvironment,
  'users/get-authenticated': authenticated,
  'rate-limit/get': rateLimit,
} as const;
