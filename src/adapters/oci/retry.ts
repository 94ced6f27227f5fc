import type { Clock } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';

/** A refusal that may be gone in a moment: 429, 5xx, a connection that broke. */
export class Transient extends Error {
  /** Milliseconds that the server asked to wait. */
  readonly retryAfterMs: number | undefined;
  /** What to throw when it does not go away. */
  readonly final: Error;

  constructor(final: Error, retryAfterMs?: number) {
    super(final.message, { cause: final });
    this.final = final;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Retries {
  clock: Clock;
  /** Tells each attempt that failed, and when the next one comes. */
  report(message: string): void;
  signal?: AbortSignal | undefined;
  /** In [0, 1); Math.random in earnest. */
  random?: () => number;
  /** Default 5. */
  attempts?: number;
}

export const ATTEMPTS = 5;
const BASE_MS = 500;
const CAP_MS = 20_000;
/** A server may ask for patience, but not for more than this. */
const LONGEST_MS = 120_000;

/**
 * Does `work` up to five times (or `attempts`) while it rejects with `Transient`. It waits twice as long each time, with jitter, so that
 * many runs do not come back at once; as long as the server asks for where it does.
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
