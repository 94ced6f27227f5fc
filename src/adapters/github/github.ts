import type { CommitRelation, EnvironmentProtection, EnvironmentReview, GitHub } from '../../ports.ts';
import { type ClientOptions, createClient, type Octokit } from './client.ts';
import { Comments } from './comments.ts';
import { Deployments } from './deployments.ts';
import { hasStatus, translated } from './failures.ts';
import { Issues } from './issues.ts';
import { PullRequests } from './pull-requests.ts';

export interface GitHubOptions extends ClientOptions {
  /** owner/name */
  repository: string;
  /** Replaces secrets by ***, in everything that is written to GitHub. */
  redact(text: string): string;
}

/** GitHub's REST API as the stages see it. Every failure is an EnvironmentError that names what was done and what it needs. */
export function createGitHub(options: GitHubOptions): GitHub {
  const octokit = createClient(options);
  const [owner = '', repo = ''] = options.repository.split('/');
  const at = { owner, repo };
  const self = once(() => accountOf(octokit, options.token));
  const comments = new Comments(octokit, at, self);
  const issues = new Issues(octokit, at, self);
  const deployments = new Deployments(octokit, at);
  const pulls = new PullRequests(octokit, at);
  const told = async <T>(doing: string, permission: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translated(error, doing, permission);
    }
  };
  return {
    repositoryId: () =>
      told('reading the repository', 'metadata: read', async () => (await octokit.rest.repos.get(at)).data.id),
    pullRequest: (number) => told(`reading pull request #${number}`, 'pull-requests: read', () => pulls.get(number)),
    findPullRequest: (number) =>
      told(`reading pull request #${number}`, 'pull-requests: read', () => pulls.find(number)),
    openPullRequests: () => told('listing the open pull requests', 'pull-requests: read', () => pulls.open()),
    closedPullRequests: async function* () {
      try {
        yield* pulls.closed();
      } catch (error) {
        throw translated(error, 'listing the closed pull requests', 'pull-requests: read');
      }
    },
    upsertComment: (number, marker, body) =>
      told(`commenting on pull request #${number}`, 'pull-requests: write', () =>
        comments.upsert(number, marker, (before) => options.redact(typeof body === 'string' ? body : body(before))),
      ),
    findComment: (number, marker) =>
      told(`reading the comments of pull request #${number}`, 'pull-requests: read', async () => {
        const [first] = await comments.find(number, marker);
        return first?.body;
      }),
    // Whoever looks for one goes on to write.
    findIssue: (marker, label) => told('looking for the issue', 'issues: write', () => issues.find(marker, label)),
    openIssue: (marker, { title, body, label }) =>
      told('opening an issue', 'issues: write', () =>
        issues.open(marker, { title: options.redact(title), body: options.redact(body), label }),
      ),
    updateIssue: (number, { title, body }) =>
      told(`updating issue #${number}`, 'issues: write', () =>
        issues.update(number, { title: options.redact(title), body: options.redact(body) }),
      ),
    closeIssue: (number, body, comment) =>
      told(`closing issue #${number}`, 'issues: write', () =>
        issues.close(number, options.redact(body), options.redact(comment)),
      ),
    permissionOf: (login) =>
      told(`asking what ${login} may do`, 'metadata: read', () => permissionOf(octokit, at, login)),
    reviewsOfRun: (runId) =>
      told(`reading who approved run ${runId}`, 'actions: read', () => reviewsOfRun(octokit, at, runId)),
    react: (commentId, content) =>
      told('reacting to a comment', 'pull-requests: write', async () => {
        await octokit.rest.reactions.createForIssueComment({ ...at, comment_id: commentId, content });
      }),
    runAgain: (runId) =>
      told(`running ${runId} again`, 'actions: write', async () => {
        await octokit.rest.actions.reRunWorkflow({ ...at, run_id: runId });
      }),
    createDeployment: (request) =>
      told(`creating a deployment to ${request.environment}`, 'deployments: write', () =>
        deployments.create({ ...request, description: options.redact(request.description) }),
      ),
    setDeploymentStatus: (id, status) =>
      told(`setting the status of deployment ${id}`, 'deployments: write', () =>
        deployments.setStatus(id, { ...status, description: options.redact(status.description) }),
      ),
    // Whoever lists them goes on to write: a token that lacks both is told of the one that includes the other.
    listDeployments: (environment) =>
      told(`listing the deployments to ${environment}`, 'deployments: write', () => deployments.list(environment)),
    deploymentState: (id) =>
      told(`reading the status of deployment ${id}`, 'deployments: write', () => deployments.state(id)),
    environment: (name) =>
      told(`reading the environment "${name}"`, 'actions: read', () => readEnvironment(octokit, at, name)),
    compare: (base, head) =>
      told(`comparing ${base.slice(0, 12)} with ${head.slice(0, 12)}`, 'contents: read', () =>
        compare(octokit, at, base, head),
      ),
  };
}

interface Repo {
  owner: string;
  repo: string;
}

/**
 * `permission` has the four old levels: maintain counts as write, triage as read. `author_association` of a comment would not
 * do: members of the organisation, for example, need not have any access.
 * @see https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
async function permissionOf(
  octokit: Octokit,
  at: Repo,
  username: string,
): Promise<'admin' | 'write' | 'read' | 'none'> {
  try {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username });
    const known = (['admin', 'write', 'read'] as const).find((level) => level === data.permission);
    return known ?? 'none';
  } catch (error) {
    if (hasStatus(error, 404)) return 'none';
    throw error;
  }
}

async function reviewsOfRun(octokit: Octokit, at: Repo, runId: number): Promise<EnvironmentReview[]> {
  const { data } = await octokit.rest.actions.getReviewsForRun({ ...at, run_id: runId });
  return data.map(({ environments, state, user }) => ({
    environments: environments.flatMap(({ name }) => name ?? []),
    state,
    by: user.login,
  }));
}

async function readEnvironment(octokit: Octokit, at: Repo, name: string): Promise<EnvironmentProtection | undefined> {
  try {
    const { data } = await octokit.rest.repos.getEnvironment({ ...at, environment_name: name });
    const rules = (data.protection_rules ?? []).map((rule) => rule.type);
    return {
      name: data.name,
      requiredReviewers: rules.includes('required_reviewers'),
      branchPolicy: data.deployment_branch_policy != null,
    };
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

async function compare(octokit: Octokit, at: Repo, base: string, head: string): Promise<CommitRelation> {
  // Of the commits themselves nothing is read.
  const basehead = `${base}...${head}`;
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ ...at, basehead, per_page: 1 });
  return data.status;
}

/**
 * Id of the user that a personal token belongs to; null for a token of a GitHub App (GITHUB_TOKEN is one), which may not ask.
 * @see https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
async function accountOf(octokit: Octokit, token: string): Promise<number | null> {
  if (token.startsWith('ghs_')) return null;
  try {
    return (await octokit.rest.users.getAuthenticated()).data.id;
  } catch (error) {
    if (hasStatus(error, 403) || hasStatus(error, 404)) return null;
    throw error;
  }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    kept ??= ask();
    return kept;
  };
}
