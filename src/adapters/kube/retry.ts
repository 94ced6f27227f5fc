import { messageOf } from '../../errors.ts';
import type { Clock, Log } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';
import type { Contact } from './contact.ts';
import { ApiFailure, codeOf, isRefused, isTransient } from './failure.ts';
import type { Timing } from './timing.ts';

const FIRST_MS = 200;
const LONGEST_MS = 5_000;
const REPORT_AFTER_MS = 3_000;

/** For loops that decide themselves what success means. */
export interface Pauses {
  /** Waits before the next attempt; throws the error when another attempt is in vain. */
  after(error: unknown): Promise<void>;
  /** An attempt succeeded: resets the budget and the pauses. */
  reset(): void;
}

interface Parts {
  clock: Clock;
  log: Log;
  /** The run was cancelled: no more pauses. */
  signal: AbortSignal;
  contact: Contact;
  timing: Timing;
}

/** Retries transient failures with growing pauses and jitter, within a budget of time. */
export class Retry {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /**
   * @param work takes the number of earlier attempts
   * @param budgetMs milliseconds from the first failure; default: the outage budget
   * @throws the last error
   */
  async run<T>(what: string, work: (attempt: number) => Promise<T>, budgetMs?: number): Promise<T> {
    const pauses = this.pauses(what, budgetMs);
    for (let attempt = 0; ; attempt++) {
      try {
        return await work(attempt);
      } catch (error) {
        await pauses.after(error);
      }
    }
  }

  pauses(what: string, budgetMs = this.parts.timing.outage): Pauses {
    const { clock, log, signal, contact, timing } = this.parts;
    let attempt = 0;
    let since: number | undefined;
    let reported = false;
    return {
      after: async (error) => {
        if (!isTransient(error) || signal.aborted) throw error;
        const now = clock.now();
        since ??= now;
        const away = isAway(error) ? contact.lost(error, now) : undefined;
        const budget = budgetFor(error, budgetMs, timing);
        // A request that first fails late in an outage gets only the rest of its budget.
        const left = Math.min(
          since + budget - now,
          away === undefined ? Number.POSITIVE_INFINITY : timing.outage - away,
        );
        const grown = pauseMs(attempt++, error);
        if (left <= 0 || (isAsked(error) && grown > left)) throw error;
        // A growing pause delays neither the report of an outage nor the last attempt, which is made at the end of the budget.
        const pause = isAsked(error) ? grown : Math.min(grown, contact.reportsIn(now), left);
        if (!reported && away === undefined && now - since > REPORT_AFTER_MS) {
          reported = true;
          log.warning(`${what}: ${messageOf(error)}; retrying for up to ${humanDuration(budget)}`);
        }
        await clock.sleep(pause, signal).catch(() => {
          throw error;
        });
      },
      reset: () => {
        attempt = 0;
        since = undefined;
        reported = false;
      },
    };
  }
}

/** Nothing answers, or only a proxy in front of the server. */
function isAway(error: unknown): boolean {
  if (isRefused(error)) return false;
  return error instanceof ApiFailure ? [502, 503, 504].includes(error.httpStatus) : codeOf(error) !== undefined;
}

function budgetFor(error: unknown, budgetMs: number, timing: Timing): number {
  if (isRefused(error)) return Math.min(budgetMs, timing.refused);
  const serverError = error instanceof ApiFailure && error.httpStatus === 500 && !/etcdserver/.test(error.message);
  return serverError ? Math.min(budgetMs, timing.serverError) : budgetMs;
}

function isAsked(error: unknown): boolean {
  return error instanceof ApiFailure && error.retryAfterMs !== undefined;
}

/** As long as the server asks, plus jitter: clients that were refused together must not return together. */
function pauseMs(attempt: number, error: unknown): number {
  const asked = error instanceof ApiFailure ? (error.retryAfterMs ?? 0) : 0;
  const backoff = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  const jitter = backoff * (0.5 + Math.random() / 2);
  return asked > 0 ? asked + Math.random() * Math.min(1_000, asked / 4) : jitter;
}
