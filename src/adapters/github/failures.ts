import { RequestError } from '@octokit/request-error';
import { EnvironmentError, messageOf, PermissionMissing, type SlipwayError } from '../../errors.ts';
import { type Answer, isRateLimit } from './retry.ts';

/** What of an error of Octokit decides. A connection that broke has no response, though Octokit gives it status 500. */
export function answerOf(error: unknown): Answer {
  if (!(error instanceof RequestError)) return { status: undefined, headers: {}, message: messageOf(error) };
  return {
    status: error.response ? error.status : undefined,
    headers: error.response?.headers ?? {},
    message: error.message,
  };
}

/** Nothing came back, or a server error: the request may have had its effect. */
export function isLost(error: unknown): boolean {
  const { status } = answerOf(error);
  return error instanceof RequestError && (status === undefined || status >= 500);
}

export function hasStatus(error: unknown, status: number): boolean {
  return answerOf(error).status === status;
}

/**
 * An error of GitHub's API in our words.
 * @param doing e.g. `commenting on pull request #7`
 * @param permission as the `permissions:` of a workflow names it, e.g. `pull-requests: write`
 */
export function translated(error: unknown, doing: string, permission: string): unknown {
  if (!(error instanceof RequestError)) return error;
  const answer = answerOf(error);
  const details = [`${error.request.method} ${error.request.url}: ${answer.status ?? 'no answer'} ${answer.message}`];
  return known(answer, doing, permission, { details, cause: error });
}

function known(
  answer: Answer,
  doing: string,
  permission: string,
  context: { details: string[]; cause: unknown },
): SlipwayError {
  if (isRateLimit(answer)) {
    return new EnvironmentError(`GitHub: ${doing} was refused: the rate limit of the token is used up`, {
      ...context,
      remedy: 'Run it again later. A token of a GitHub App (input `github-token`) has a larger limit of its own.',
    });
  }
  switch (answer.status) {
    case 401:
      return new PermissionMissing(`GitHub: ${doing} was refused: the token is not valid, or no longer`, {
        ...context,
        remedy: 'Pass a valid token as input `github-token`; the default, github.token, is valid during its job.',
      });
    case 403:
      return new PermissionMissing(`GitHub: ${doing} was refused: the token lacks "${needed(answer, permission)}"`, {
        ...context,
        remedy: `Add \`${needed(answer, permission)}\` to \`permissions:\` of the workflow's job. Runs of forks get a read-only token.`,
      });
    case 404:
      return new EnvironmentError(`GitHub: ${doing} failed: not found`, {
        ...context,
        remedy: `It does not exist (any more), or the token may not see it: that needs \`${permission}\`.`,
      });
    default:
      return new EnvironmentError(
        `GitHub: ${doing} failed: ${answer.status === undefined ? 'no answer' : `HTTP ${answer.status}`}`,
        {
          ...context,
          remedy:
            answer.status === undefined || answer.status >= 500
              ? 'GitHub could not be reached or had a failure: see https://www.githubstatus.com, and run it again.'
              : 'See the answer above.',
        },
      );
  }
}

/**
 * GitHub names the permission itself where it knows: `issues=write; pull_requests=write`, any one of them. Ours is told where
 * it is one of these, or includes one.
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
