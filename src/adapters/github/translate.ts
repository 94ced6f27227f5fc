import { RequestError } from '@octokit/request-error';
import { EnvironmentError, PermissionMissing, type SlipwayError } from '../../errors.ts';
import { type Answer, answerOf } from './answer.ts';
import { isRateLimit } from './retry.ts';

/**
 * Translates an error of GitHub's API into one of Slipway's; any other error stays as it is.
 * @param doing for example `commenting on pull request #7`
 * @param permission as the `permissions:` of a workflow names it, for example `pull-requests: write`
 */
export function translateGitHubError(error: unknown, doing: string, permission: string): unknown {
  if (!(error instanceof RequestError)) return error;
  const answer = answerOf(error);
  const details = [`${error.request.method} ${error.request.url}: ${answer.status ?? 'no answer'} ${answer.message}`];
  return translated(answer, doing, permission, { details, cause: error });
}

/** Asks GitHub. @throws what translateGitHubError makes of the error, with the same `doing` and `permission` */
export async function askGitHub<T>(doing: string, permission: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateGitHubError(error, doing, permission);
  }
}

function translated(
  answer: Answer,
  doing: string,
  permission: string,
  context: { details: string[]; cause: unknown },
): SlipwayError {
  if (isRateLimit(answer)) {
    return new EnvironmentError(`GitHub refused ${doing}: the rate limit of the token is used up`, {
      ...context,
      remedy: 'Run it again later. The token of a GitHub App (input `github-token`) has a larger limit of its own.',
    });
  }
  switch (answer.status) {
    case 401:
      return new PermissionMissing(`GitHub refused ${doing}: the token is invalid or has expired`, {
        ...context,
        remedy: 'Pass a valid token as input `github-token`; the default, github.token, is valid during its job.',
      });
    case 403:
      return new PermissionMissing(`GitHub refused ${doing}: the token lacks "${needed(answer, permission)}"`, {
        ...context,
        permission: needed(answer, permission),
        remedy: `Add \`${needed(answer, permission)}\` to \`permissions:\` of the workflow's job. Runs of forks get a read-only token.`,
      });
    case 404:
      return new EnvironmentError(`GitHub: ${doing} failed: not found`, {
        ...context,
        remedy: `It does not exist, or the token may not see it: that needs \`${permission}\`.`,
      });
    default:
      return unexpected(answer, doing, context);
  }
}

function unexpected({ status }: Answer, doing: string, context: { details: string[]; cause: unknown }): SlipwayError {
  const isDown = status === undefined || status >= 500;
  return new EnvironmentError(`GitHub: ${doing} failed: ${status === undefined ? 'no answer' : `HTTP ${status}`}`, {
    ...context,
    remedy: isDown
      ? 'GitHub is unreachable or has a failure: see https://www.githubstatus.com, and run it again later.'
      : 'GitHub rejects the request for the reason above.',
  });
}

/**
 * The permission to name. GitHub's answer lists alternatives (`issues=write; pull_requests=write`); the fallback is named
 * where it is one of them or includes one.
 */
function needed(answer: Answer, fallback: string): string {
  const accepted = answer.headers['x-accepted-github-permissions'];
  if (!accepted) return fallback;
  const alternatives = String(accepted)
    .split(';')
    .map((one) => one.trim().split(',').map(readable).join(' and '));
  const known = alternatives.includes(fallback) || alternatives.includes(fallback.replace(/write$/, 'read'));
  return known ? fallback : (alternatives[0] ?? fallback);
}

/** `pull_requests=write` as workflows write it: `pull-requests: write`. */
function readable(permission: string): string {
  return permission.trim().replaceAll('_', '-').replace('=', ': ');
}
