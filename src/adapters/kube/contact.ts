import { messageOf } from '../../errors.ts';
import type { Clock, Log } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';

const REPORT_AFTER_MS = 3_000;
const REPORT_EVERY_MS = 30_000;

/**
 * Whether one API server answers, over all requests and streams of a run. An outage is reported once, with its progress and its
 * end, however many requests wait for it.
 */
export class Contact {
  private readonly name: string;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly budget: number;
  private lostAt: number | undefined;
  private reported: number | undefined;

  /** @param budget the longest outage to wait for, in milliseconds */
  constructor(name: string, clock: Clock, log: Log, budget: number) {
    this.name = name;
    this.clock = clock;
    this.log = log;
    this.budget = budget;
  }

  /** The server has answered, with any status. */
  made(): void {
    if (this.reported !== undefined && this.lostAt !== undefined) {
      this.log.info(`cluster ${this.name} answers again, after ${humanDuration(this.clock.now() - this.lostAt)}`);
    }
    this.lostAt = undefined;
    this.reported = undefined;
  }

  /** Milliseconds until a failure would be reported as an outage; Infinity without a failure, or after the report. */
  reportsIn(now: number): number {
    if (this.lostAt === undefined || this.reported !== undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.lostAt + REPORT_AFTER_MS - now);
  }

  /** Notes that nothing answered at this moment. @returns how long that has lasted, in milliseconds */
  lost(error: unknown, now: number): number {
    this.lostAt ??= now;
    const lasted = now - this.lostAt;
    if (this.reported === undefined && lasted >= REPORT_AFTER_MS) {
      this.reported = now;
      this.log.warning(
        `cluster ${this.name} does not answer (${messageOf(error)}); retrying for up to ${humanDuration(this.budget)}`,
      );
    } else if (this.reported !== undefined && now - this.reported >= REPORT_EVERY_MS) {
      this.reported = now;
      this.log.info(`cluster ${this.name} has not answered for ${humanDuration(lasted)} (${messageOf(error)})`);
    }
    return lasted;
  }
}
