import type { EnvironmentProtection, EnvironmentReview, GitHub } from '../../ports.ts';
import { Account } from './account.ts';
import { hasStatus } from './answer.ts';
import { type ClientOptions, createClient, type Octokit } from './client.ts';
import { Comments } from './comments.ts';
import { commitsBetween, compare } from './commits.ts';
import { fileAt } from './contents.ts';
import { Deployments } from './deployments.ts';
import { Issues } from './issues.ts';
import { PullRequests } from './pull-requests.ts';
import { askGitHub, translateGitHubError } from './translate.ts';

export interface GitHubOptions extends ClientOptions {
  /** owner/name */
  repository: string;
  /** Replaces secrets by ***; applied to everything that is written to GitHub. */
  redact(text: string): string;
}

/** GitHub's API as the stages see it. Every failure is an EnvironmentError that names the request and the permission it needs. */
export function createGitHub(options: GitHubOptions): GitHub {
  const octokit = createClient(options);
  const [owner = '', repo = ''] = options.repository.split('/');
  const at = { owner, repo };
  const account = new Account(octokit);
  const comments = new Comments(octokit, at, account);
  const issues = new Issues(octokit, at, account);
  const deployments = new Deployments(octokit, at, account);
  const pulls = new PullRequests(octokit, at);
  return {
    fileAt: (path, ref) =>
      askGitHub(`reading ${path} of ${ref}`, 'contents: read', () => fileAt(octokit, at, path, ref)),
    repositoryId: () =>
      askGitHub('reading the repository', 'metadata: read', async () => (await octokit.rest.repos.get(at)).data.id),
    pullRequest: (number) =>
      askGitHub(`reading pull request #${number}`, 'pull-requests: read', () => pulls.get(number)),
    findPullRequest: (number) =>
      askGitHub(`reading pull request #${number}`, 'pull-requests: read', () => pulls.find(number)),
    openPullRequests: () => askGitHub('listing the open pull requests', 'pull-requests: read', () => pulls.open()),
    closedPullRequests: async function* () {
      try {
        yield* pulls.closed();
      } catch (error) {
        throw translateGitHubError(error, 'listing the closed pull requests', 'pull-requests: read');
      }
    },
    upsertComment: (number, marker, body) =>
      askGitHub(`commenting on pull request #${number}`, 'pull-requests: write', () =>
        comments.upsert(number, marker, (before) => options.redact(typeof body === 'string' ? body : body(before))),
      ),
    findComment: (number, marker) =>
      askGitHub(`reading the comments of pull request #${number}`, 'pull-requests: read', async () => {
        const [first] = await comments.find(number, marker);
        return first?.body;
      }),
    // The caller writes afterwards, so the missing permission to name is the one to write.
    findIssue: (marker, label) => askGitHub('looking for the issue', 'issues: write', () => issues.find(marker, label)),
    openIssue: (marker, { title, body, label }) =>
      askGitHub('opening an issue', 'issues: write', () =>
        issues.open(marker, { title: options.redact(title), body: options.redact(body), label }),
      ),
    updateIssue: (number, { title, body }) =>
      askGitHub(`updating issue #${number}`, 'issues: write', () =>
        issues.update(number, { title: options.redact(title), body: options.redact(body) }),
      ),
    closeIssue: (number, body, comment) =>
      askGitHub(`closing issue #${number}`, 'issues: write', () =>
        issues.close(number, options.redact(body), options.redact(comment)),
      ),
    permissionOf: (login) =>
      askGitHub(`asking what ${login} may do`, 'metadata: read', () => permissionOf(octokit, at, login)),
    reviewsOfRun: (runId) =>
      askGitHub(`reading who approved run ${runId}`, 'actions: read', () => reviewsOfRun(octokit, at, runId)),
    react: (commentId, content) =>
      askGitHub('reacting to a comment', 'pull-requests: write', async () => {
        await octokit.rest.reactions.createForIssueComment({ ...at, comment_id: commentId, content });
      }),
    runAgain: (runId) =>
      askGitHub(`running ${runId} again`, 'actions: write', async () => {
        await octokit.rest.actions.reRunWorkflow({ ...at, run_id: runId });
      }),
    createDeployment: (request) =>
      askGitHub(`creating a deployment to ${request.environment}`, 'deployments: write', () =>
        deployments.create({ ...request, description: options.redact(request.description) }),
      ),
    setDeploymentStatus: (id, status) =>
      askGitHub(`setting the status of deployment ${id}`, 'deployments: write', () =>
        deployments.setStatus(id, { ...status, description: options.redact(status.description) }),
      ),
    // The caller writes afterwards, so the missing permission to name is the one to write.
    listDeployments: (environment) =>
      askGitHub(`listing the deployments to ${environment}`, 'deployments: write', () => deployments.list(environment)),
    deploymentState: (id) =>
      askGitHub(`reading the status of deployment ${id}`, 'deployments: write', () => deployments.state(id)),
    environment: (name) =>
      askGitHub(`reading the environment "${name}"`, 'actions: read', () => readEnvironment(octokit, at, name)),
    treeOf: (sha) => askGitHub(`reading commit ${sha.slice(0, 12)}`, 'contents: read', () => treeOf(octokit, at, sha)),
    compare: (base, head) =>
      askGitHub(`comparing ${base.slice(0, 12)} with ${head.slice(0, 12)}`, 'contents: read', () =>
        compare(octokit, at, base, head),
      ),
    commitsBetween: (base, head) =>
      askGitHub(`listing the commits from ${base.slice(0, 12)} to ${head.slice(0, 12)}`, 'contents: read', () =>
        commitsBetween(octokit, at, base, head),
      ),
  };
}

interface Repo {
  owner: string;
  repo: string;
}

/**
 * `permission` has the four old levels: maintain counts as write, triage as read. The `author_association` of a comment is no
 * substitute: a member of the organisation may have no access to the repository.
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
async function treeOf(octokit: Octokit, at: Repo, sha: string): Promise<string | undefined> {
  try {
    // Of its files, none is read.
    const { data } = await octokit.rest.repos.getCommit({ ...at, ref: sha, per_page: 1 });
    return data.sha === sha ? data.commit.tree.sha : undefined;
  } catch (error) {
    if (hasStatus(error, 404) || hasStatus(error, 422)) return undefined;
    throw error;
  }
}
