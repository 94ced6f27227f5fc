import { parseDuration } from '../../text/duration.ts';

/** `review.ttl` where slipway.yml has none. */
export const DEFAULT_TTL = '7d';

/** Lifetime after the last deploy, in milliseconds: the input, then slipway.yml, then 7 days. */
export function ttlOf(input: number | undefined, configured: string | undefined): number {
  return input ?? parseDuration(configured ?? DEFAULT_TTL, 'review.ttl');
}

/** RFC 3339 in UTC, to the second. @param now milliseconds since the epoch */
export function expiresAt(now: number, ttlMs: number): string {
  return new Date(now + ttlMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
