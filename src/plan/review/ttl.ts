import { parseDuration } from '../../text/duration.ts';

const DEFAULT_MS = 7 * 24 * 3_600_000;

/** Lifetime after the last deploy, in milliseconds: the input, then slipway.yml, then 7 days. */
export function ttlOf(input: number | undefined, configured: string | undefined): number {
  return input ?? (configured === undefined ? DEFAULT_MS : parseDuration(configured, 'review.ttl'));
}

/** RFC 3339 in UTC, to the second. @param now milliseconds since the epoch */
export function expiresAt(now: number, ttlMs: number): string {
  return new Date(now + ttlMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
