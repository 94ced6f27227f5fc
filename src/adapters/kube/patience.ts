import { messageOf } from '../../errors.ts';
import type { Clock, Log } from '../../ports.ts';
import { ApiFailure, isTransient } from './failure.ts';

/** Milliseconds of outage after which the control plane counts as gone; GKE upgrades a zonal one within minutes. */
export const OUTAGE_BUDGET_MS = 5 * 60_000;
const FIRST_MS = 200;
const LONGEST_MS = 5_000;
/** The server says 500 for much that does not pass: it gets less time than an outage. */
const SERVER_ERROR_BUDGET_MS = 30_000;

/** Tries again what may pass, with growing pauses and jitter, as long as the outage budget lasts. */
export class Patience {
  private readonly clock: Clock;
  private readonly log: Log;
  /** After it there is no more waiting: the run was cancelled. */
  private readonly signal: AbortSignal;

  constructor(clock: Clock, log: Log, signal: AbortSignal) {
    this.clock = clock;
    this.log = log;
    this.signal = signal;
  }

  /** Rejects with the last error. `budgetMs` counts from the first failure. */
  async during<T>(what: string, work: () => Promise<T>, budgetMs = OUTAGE_BUDGET_MS): Promise<T> {
    const pauses = this.pauses(what, budgetMs);
    for (;;) {
      try {
        return await work();
      } catch (error) {
        await pauses.after(error);
      }
    }
  }

  /** For loops that decide themselves what a success is: `after` waits, or throws what it was given; `reset` forgives. */
  pauses(what: string, budgetMs = OUTAGE_BUDGET_MS): { after(error: unknown): Promise<void>; reset(): void } {
    let attempt = 0;
    let since: number | undefined;
    let told = false;
    return {
      after: async (error) => {
        if (!isTransient(error) || this.signal.aborted) throw error;
        const now = this.clock.now();
        since ??= now;
        const serverError = error instanceof ApiFailure && error.httpStatus === 500;
        const budget = serverError ? Math.min(budgetMs, SERVER_ERROR_BUDGET_MS) : budgetMs;
        const pause = pauseMs(attempt++, error);
        if (now + pause - since > budget) throw error;
        if (!told && now - since > 3_000) {
          told = true;
          this.log.warning(`${what}: ${messageOf(error)}; trying again for up to ${Math.round(budget / 1000)} s`);
        }
        await this.clock.sleep(pause, this.signal).catch(() => {
          throw error;
        });
      },
      reset: () => {
        attempt = 0;
        since = undefined;
        told = false;
      },
    };
  }
}

function pauseMs(attempt: number, error: unknown): number {
  const asked = error instanceof ApiFailure ? (error.retryAfterMs ?? 0) : 0;
  const backoff = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.max(asked, backoff * (0.5 + Math.random() / 2));
}
