import { createGitHub } from '../adapters/github/github.ts';
import type { GitHub } from '../ports.ts';
import type { Run } from './run.ts';

/**
 * GitHub's API with the token of this run, or undefined where there is no token (a run by hand): then comments and
 * deployments are left out.
 */
export function gitHubOf(run: Run): GitHub | undefined {
  const token = run.common.githubToken;
  if (!token) return undefined;
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
