/** What of an answer decides whether and when to ask again. */
export interface Answer {
  /** HTTP status; undefined when none came back. */
  status: number | undefined;
  headers: Record<string, string | number | undefined>;
  message: string;
}

const MINUTE = 60_000;
/** Longer than this is not waited for: a primary limit can last an hour, and the job pays for it. */
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

/**
 * Sending it twice has the effect of sending it once. Of POST that is what sets the state of a deployment, which is the latest
 * one, and a reaction, which everybody has once.
 * @param url as Octokit has it, with its parameters in braces or in place
 * @see https://docs.github.com/rest/deployments/statuses#create-a-deployment-status
 * @see https://docs.github.com/rest/reactions/reactions#create-reaction-for-an-issue-comment
 */
export function isRepeatable({ method, url }: { method: string; url: string }): boolean {
  return method !== 'POST' || /\/deployments\/[^/]+\/statuses$|\/reactions$/.test(url);
}

/**
 * Milliseconds until the same request may be sent again; undefined when it must not.
 * Rate limits are obeyed as GitHub asks: `retry-after`, else the reset of the primary limit, else at least a minute, and
 * longer each time. Server errors and lost connections are tried again soon, where sending twice does no harm.
 * @param attempt 1 after the first try
 * @param repeatable sending the request twice has the effect of sending it once
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function waitBefore(answer: Answer, attempt: number, repeatable: boolean, now: number): number | undefined {
  if (attempt >= TRIES) return undefined;
  if (isRateLimit(answer)) {
    const wait = limitWait(answer, attempt, now);
    return wait > LONGEST_MS ? undefined : wait;
  }
  const transient = answer.status === undefined || answer.status >= 500;
  return transient && repeatable ? 1_000 * 2 ** (attempt - 1) : undefined;
}

function limitWait({ headers }: Answer, attempt: number, now: number): number {
  const after = Number(headers['retry-after']);
  if (Number.isFinite(after)) return Math.max(0, after) * 1_000;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining']?.toString() === '0' && Number.isFinite(reset)) {
    // The clocks of GitHub and of the runner differ; one second more is cheaper than another refusal.
    return Math.max(0, reset * 1_000 - now) + 1_000;
  }
  return MINUTE * 2 ** (attempt - 1);
}
