import { messageOf } from '../../errors.ts';
import type { Clock, Log } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';
import type { Contact } from './contact.ts';
import { ApiFailure, codeOf, isRefused, isTransient } from './failure.ts';
import type { Timing } from './timing.ts';

const FIRST_MS = 200;
const LONGEST_MS = 5_000;
const TELL_AFTER_MS = 3_000;

/** For loops that decide themselves what a success is. */
export interface Pauses {
  /** Waits, or throws what it was given because there is no point in trying again. */
  after(error: unknown): Promise<void>;
  /** Something went well: time and pauses begin anew. */
  reset(): void;
}

interface Parts {
  clock: Clock;
  log: Log;
  /** After it there is no more waiting: the run was cancelled. */
  signal: AbortSignal;
  contact: Contact;
  timing: Timing;
}

/** Tries again what may pass, with growing pauses and jitter, as long as the budget for it lasts. */
export class Patience {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /**
   * @param work is told how often it was tried before
   * @param budgetMs milliseconds from the first failure; the outage budget where it is left out
   * @throws the last error
   */
  async during<T>(what: string, work: (attempt: number) => Promise<T>, budgetMs?: number): Promise<T> {
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
    let told = false;
    return {
      after: async (error) => {
        if (!isTransient(error) || signal.aborted) throw error;
        const now = clock.now();
        since ??= now;
        const away = isAway(error) ? contact.lost(error, now) : undefined;
        const budget = budgetFor(error, budgetMs, timing);
        // One that begins to fail late in an outage does not begin to wait anew.
        const left = Math.min(
          since + budget - now,
          away === undefined ? Number.POSITIVE_INFINITY : timing.outage - away,
        );
        const grown = pauseMs(attempt++, error);
        if (left <= 0 || (isAsked(error) && grown > left)) throw error;
        // A growing pause must not put off the moment in which an outage is told, nor the last attempt: it is made when the
        // time is over, so that whatever fails after it is not waited for again.
        const pause = isAsked(error) ? grown : Math.min(grown, contact.tellsIn(now), left);
        if (!told && away === undefined && now - since > TELL_AFTER_MS) {
          told = true;
          log.warning(`${what}: ${messageOf(error)}; trying again for up to ${humanDuration(budget)}`);
        }
        await clock.sleep(pause, signal).catch(() => {
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

/** Nothing answers, or only what stands in front of the server. */
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

/** As late as the server asks, and then not all at once: who was sent away together would come back together. */
function pauseMs(attempt: number, error: unknown): number {
  const asked = error instanceof ApiFailure ? (error.retryAfterMs ?? 0) : 0;
  const backoff = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  const jitter = backoff * (0.5 + Math.random() / 2);
  return asked > 0 ? asked + Math.random() * Math.min(1_000, asked / 4) : jitter;
}
