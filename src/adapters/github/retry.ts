import type { Answer } from './answer.ts';

const MINUTE = 60_000;
/** A primary limit can last an hour, and the job pays for the wait. */
const LONGEST_MS = 10 * MINUTE;
const TRIES = 5;

export function isRateLimit({ status, headers, message }: Answer): boolean {
  if (status !== 403 && status !== 429) return false;
  return (
    status === 429 ||
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining']?.toString() === '0' ||
    /rate limit|abuse detection/i.test(message)
  );
}

/** GraphQL queries are sent by POST and write nothing. @param url as Octokit has it */
export function isQuery(url: string): boolean {
  return url.endsWith('/graphql');
}

/**
 * Idempotent requests. Besides queries, two POSTs qualify: setting a deployment status (the latest wins) and adding a
 * reaction (one per user).
 * @param url as Octokit has it, with its parameters in braces or in place
 * @see https://docs.github.com/rest/deployments/statuses#create-a-deployment-status
 * @see https://docs.github.com/rest/reactions/reactions#create-reaction-for-an-issue-comment
 */
export function isIdempotent({ method, url }: { method: string; url: string }): boolean {
  return method !== 'POST' || isQuery(url) || /\/deployments\/[^/]+\/statuses$|\/reactions$/.test(url);
}

/**
 * Milliseconds until the same request may be sent again; undefined when it must not be.
 * Rate limits are obeyed as GitHub asks: `retry-after`, else the reset of the primary limit, else at least a minute, and
 * longer each time. After a server error or a lost connection, idempotent requests are repeated soon.
 * @param attempt 1 after the first try
 * @param idempotent sending the request twice has the effect of sending it once
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function waitBefore(answer: Answer, attempt: number, idempotent: boolean, now: number): number | undefined {
  if (attempt >= TRIES) return undefined;
  if (isRateLimit(answer)) {
    const wait = limitWait(answer, attempt, now);
    return wait > LONGEST_MS ? undefined : wait;
  }
  const isTransient = answer.status === undefined || answer.status >= 500;
  return isTransient && idempotent ? 1_000 * 2 ** (attempt - 1) : undefined;
}

/** The line for the log: why the request waits, and how long. */
export function waitWords(answer: Answer, waitMs: number): string {
  const seconds = `${Math.ceil(waitMs / 1_000)} s`;
  if (isRateLimit(answer)) return `GitHub limits the rate of requests; retrying in ${seconds} (${answer.message})`;
  const what = answer.status === undefined ? 'did not answer' : `answered HTTP ${answer.status}`;
  return `GitHub ${what}; retrying in ${seconds} (${answer.message})`;
}

function limitWait({ headers }: Answer, attempt: number, now: number): number {
  const after = Number(headers['retry-after']);
  if (Number.isFinite(after)) return Math.max(0, after) * 1_000;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining']?.toString() === '0' && Number.isFinite(reset)) {
    // The clocks of GitHub and of the runner differ; one second more costs less than another refusal.
    return Math.max(0, reset * 1_000 - now) + 1_000;
  }
  return MINUTE * 2 ** (attempt - 1);
}
