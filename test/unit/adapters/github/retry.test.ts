import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../src/adapters/github/answer.ts';
import { isIdempotent, waitBefore } from '../../../../src/adapters/github/retry.ts';

const NOW = 1_800_000_000_000;
const answer = (status: number | undefined, headers: Answer['headers'] = {}, message = ''): Answer => ({
  status,
  headers,
  message,
});
const SECONDARY = 'You have exceeded a secondary rate limit.';

describe('when to send a request to GitHub again', () => {
  it.each([
    ['retry-after', answer(403, { 'retry-after': '7' }), 7_000],
    ['retry-after wins over the reset', answer(429, { 'retry-after': 3, 'x-ratelimit-remaining': '0' }), 3_000],
    ['no word when', answer(403, {}, SECONDARY), 60_000],
    ['429 alone', answer(429), 60_000],
    ['the primary limit', answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': NOW / 1_000 + 30 }), 31_000],
    [
      'a reset that is over',
      answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': NOW / 1_000 - 5 }),
      1_000,
    ],
  ])('after a limit, for a write as well: %s', (_, given, expected) => {
    expect(waitBefore(given, 1, false, NOW)).toBe(expected);
  });

  it('longer each time while the limit does not say', () => {
    expect([1, 2, 3, 4].map((attempt) => waitBefore(answer(403, {}, SECONDARY), attempt, true, NOW))).toEqual([
      60_000, 120_000, 240_000, 480_000,
    ]);
  });

  it.each([
    ['the fifth time', answer(502), 5, true],
    ['what has to wait for longer than ten minutes', answer(429, { 'retry-after': '900' }), 1, true],
    ['a write that may have had its effect', answer(502), 1, false],
    ['a write whose answer was lost', answer(undefined), 1, false],
    ['what is not allowed', answer(403, {}, 'Resource not accessible by integration'), 1, true],
    ['what is not there', answer(404), 1, true],
    ['what is wrong', answer(422), 1, true],
  ])('never: %s', (_, given, attempt, repeatable) => {
    expect(waitBefore(given, attempt, repeatable, NOW)).toBeUndefined();
  });

  it('soon, after a failure of the service', () => {
    expect([1, 2, 3].map((attempt) => waitBefore(answer(undefined), attempt, true, NOW))).toEqual([
      1_000, 2_000, 4_000,
    ]);
  });

  it.each([
    ['GET', '/repos/{owner}/{repo}/pulls', true],
    ['PATCH', '/repos/{owner}/{repo}/issues/comments/{comment_id}', true],
    ['POST', '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses', true],
    ['POST', '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', true],
    ['POST', '/repos/{owner}/{repo}/deployments', false],
    ['POST', '/repos/{owner}/{repo}/issues/{issue_number}/comments', false],
    ['POST', '/repos/{owner}/{repo}/actions/runs/{run_id}/rerun', false],
  ])('%s %s can be sent twice: %s', (method, url, expected) => {
    expect(isIdempotent({ method, url })).toBe(expected);
  });
});
