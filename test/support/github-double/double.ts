import { Actor } from './actor.ts';
import { Api } from './api.ts';
import { Events } from './events.ts';
import { type GraphqlTypes, loadGraphqlTypes } from './graphql/schema.ts';
import { Identity } from './identity.ts';
import { Checker } from './openapi/checker.ts';
import { loadDescription } from './openapi/description.ts';
import type { Description } from './openapi/slice.ts';
import { API_PREFIX, listen } from './server.ts';
import { Shape } from './shape.ts';
import { Tokens } from './tokens.ts';
import { World } from './world/world.ts';

export interface DoubleOptions {
  /** owner/name; default acme/parking */
  repository?: string;
  repositoryId?: number;
  defaultBranch?: string;
  /** Default: any free one. */
  port?: number;
  log?: (line: string) => void;
}

export interface GitHubDouble {
  /** GITHUB_SERVER_URL: its pages, for a browser. */
  url: string;
  /** GITHUB_API_URL */
  apiUrl: string;
  /** A token as the job's GITHUB_TOKEN is, with all permissions that Slipway asks for. */
  token: string;
  repository: string;
  /** What people do on GitHub, and what a test asks: `actor.violations()` must be [] in the end. */
  actor: Actor;
  close(): Promise<void>;
}

/** What all doubles of a process share: reading the description and compiling its schemas takes longer than most tests. */
let described: Promise<{ description: Description; checker: Checker; graphqlTypes: GraphqlTypes }> | undefined;

async function describe(log: DoubleOptions['log']): NonNullable<typeof described> {
  const [description, graphqlTypes] = await Promise.all([loadDescription(log), loadGraphqlTypes(log)]);
  return { description, checker: new Checker(description), graphqlTypes };
}

/** Starts a double of GitHub on loopback, held to GitHub's own description of its API. */
export async function startGitHubDouble(options: DoubleOptions = {}): Promise<GitHubDouble> {
  described ??= describe(options.log);
  const { description, checker, graphqlTypes } = await described;
  const tokens = new Tokens();
  const repository = options.repository ?? 'acme/parking';
  const world = new World({
    repository,
    repositoryId: options.repositoryId ?? 424_242,
    defaultBranch: options.defaultBranch ?? 'main',
  });
  const { server, url, actor } = await listen(options.port ?? 0, (at) => {
    const shape = new Shape(description, world, at, `${at}${API_PREFIX}`);
    const api = new Api(checker, graphqlTypes, world, shape, tokens);
    const actor = new Actor(world, api, new Events(world, shape), tokens);
    return { world, api, actor, identity: new Identity(at) };
  });
  return {
    url,
    apiUrl: `${url}${API_PREFIX}`,
    token: tokens.add(),
    repository,
    actor,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
