import type { Clock } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';

/** A failure that may pass: 429, 5xx, a broken connection. */
export class Transient extends Error {
  /** Milliseconds of the pause that the server asks for. */
  readonly retryAfterMs: number | undefined;
  /** The error when the failure persists. */
  readonly final: Error;

  constructor(final: Error, retryAfterMs?: number) {
    super(final.message, { cause: final });
    this.final = final;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Retries {
  clock: Clock;
  /** Gets a line for each failed attempt, with the time of the next one. */
  report(message: string): void;
  signal?: AbortSignal | undefined;
  /** In [0, 1); default: Math.random. */
  random?: () => number;
  /** Default 5. */
  attempts?: number;
}

export const ATTEMPTS = 5;
const BASE_MS = 500;
const CAP_MS = 20_000;
/** Milliseconds: the longest pause that a server may ask for. */
const LONGEST_MS = 120_000;

/**
 * Runs `work` up to `attempts` times while it rejects with `Transient`. Doubles the pause each time, with jitter, so that many
 * runs do not return at once. A pause that the server asks for takes precedence.
 * @see https://cloud.google.com/artifact-registry/quotas ("use exponential backoff")
 */
export async function withRetries<T>(work: () => Promise<T>, retries: Retries): Promise<T> {
  const attempts = retries.attempts ?? ATTEMPTS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      if (attempt >= attempts) throw error.final;
      const wait = delay(attempt, error.retryAfterMs, retries.random ?? Math.random);
      const next = `attempt ${attempt + 1} of ${attempts} in ${humanDuration(wait)}`;
      retries.report(`attempt ${attempt} of ${attempts}: ${error.message}; ${next}`);
      await retries.clock.sleep(wait, retries.signal);
    }
  }
}

function delay(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  const backoff = Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  const jittered = backoff / 2 + (random() * backoff) / 2;
  return retryAfterMs === undefined ? jittered : Math.min(LONGEST_MS, Math.max(retryAfterMs, 0) + jittered / 2);
}
