import { messageOf } from '../../errors.ts';
import type { Clock, Log } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';

const TELL_AFTER_MS = 3_000;
const TELL_EVERY_MS = 30_000;

/**
 * Whether one API server answers, over all requests and streams of a run: an outage is told once, with progress and with its
 * end, and is waited for once, however many are waiting.
 */
export class Contact {
  private readonly name: string;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly budget: number;
  private lostAt: number | undefined;
  private told: number | undefined;

  /** @param budget milliseconds of outage that are waited for */
  constructor(name: string, clock: Clock, log: Log, budget: number) {
    this.name = name;
    this.clock = clock;
    this.log = log;
    this.budget = budget;
  }

  /** The server has answered, whatever it said. */
  made(): void {
    if (this.told !== undefined && this.lostAt !== undefined) {
      this.log.info(`cluster ${this.name} answers again, after ${humanDuration(this.clock.now() - this.lostAt)}`);
    }
    this.lostAt = undefined;
    this.told = undefined;
  }

  /** Milliseconds until the next failure would be told as an outage; Infinity where none is, or it is told already. */
  tellsIn(now: number): number {
    if (this.lostAt === undefined || this.told !== undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.lostAt + TELL_AFTER_MS - now);
  }

  /** At this moment nothing has answered, because of this. Returns the milliseconds that this has lasted. */
  lost(error: unknown, now: number): number {
    this.lostAt ??= now;
    const lasted = now - this.lostAt;
    if (this.told === undefined && lasted >= TELL_AFTER_MS) {
      this.told = now;
      this.log.warning(
        `cluster ${this.name} does not answer (${messageOf(error)}); asking again for up to ${humanDuration(this.budget)}`,
      );
    } else if (this.told !== undefined && now - this.told >= TELL_EVERY_MS) {
      this.told = now;
      this.log.info(`cluster ${this.name} has not answered for ${humanDuration(lasted)} (${messageOf(error)})`);
    }
    return lasted;
  }
}
