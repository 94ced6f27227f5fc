import type { GitHub } from '../ports.ts';
import type { Run } from './context.ts';

/**
 * The API of GitHub with the token of this run; undefined without a token (a run by hand): comments and deployments are
 * skipped. Its SDK, over half a megabyte, is loaded with the first request.
 */
export function gitHubOf(run: Run): GitHub | undefined {
  const token = run.common.githubToken;
  if (!token) return undefined;
  let opened: Promise<GitHub> | undefined;
  const open = () => {
    opened ??= openGitHub(run, token);
    return opened;
  };
  return {
    fileAt: async (...args) => (await open()).fileAt(...args),
    repositoryId: async () => (await open()).repositoryId(),
    pullRequest: async (...args) => (await open()).pullRequest(...args),
    findPullRequest: async (...args) => (await open()).findPullRequest(...args),
    openPullRequests: async () => (await open()).openPullRequests(),
    closedPullRequests: async function* () {
      yield* (await open()).closedPullRequests();
    },
    upsertComment: async (...args) => (await open()).upsertComment(...args),
    permissionOf: async (...args) => (await open()).permissionOf(...args),
    reviewsOfRun: async (...args) => (await open()).reviewsOfRun(...args),
    react: async (...args) => (await open()).react(...args),
    runAgain: async (...args) => (await open()).runAgain(...args),
    findComment: async (...args) => (await open()).findComment(...args),
    findIssue: async (...args) => (await open()).findIssue(...args),
    openIssue: async (...args) => (await open()).openIssue(...args),
    updateIssue: async (...args) => (await open()).updateIssue(...args),
    closeIssue: async (...args) => (await open()).closeIssue(...args),
    createDeployment: async (...args) => (await open()).createDeployment(...args),
    setDeploymentStatus: async (...args) => (await open()).setDeploymentStatus(...args),
    listDeployments: async (...args) => (await open()).listDeployments(...args),
    deploymentState: async (...args) => (await open()).deploymentState(...args),
    environment: async (...args) => (await open()).environment(...args),
    compare: async (...args) => (await open()).compare(...args),
  };
}

async function openGitHub(run: Run, token: string): Promise<GitHub> {
  const { createGitHub } = await import('../adapters/github/github.ts');
  return createGitHub({
    token,
    apiUrl: run.env.GITHUB_API_URL ?? 'https://api.github.com',
    repository: run.event().repository.fullName,
    clock: run.clock,
    log: run.log,
    signal: run.signal,
    redact: run.redact,
  });
}
