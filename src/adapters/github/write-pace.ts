import type { Clock } from '../../ports.ts';

const BURST = 5;
const WINDOW_MS = 5_000;

/**
 * Sends writes to GitHub one after the other, and after the first five at most one per second. This stays below the secondary limits
 * and does not slow down a run that writes little.
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
 */
export class WritePace {
  private readonly clock: Clock;
  private last: Promise<unknown> = Promise.resolve();
  private recent: number[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  run<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const turn = this.last.then(async () => {
      const oldest = this.recent.at(-BURST);
      const wait = oldest === undefined ? 0 : oldest + WINDOW_MS - this.clock.now();
      if (wait > 0) await this.clock.sleep(wait, signal);
      this.recent = [...this.recent.slice(1 - BURST), this.clock.now()];
      return write();
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
