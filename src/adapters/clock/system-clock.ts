import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../ports.ts';

/** Milliseconds that a timer can wait; Node ends a longer one at once. @see https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(Math.min(ms, LONGEST_TIMER), undefined, signal ? { signal } : {});
    } catch (error) {
      // node:timers rejects with an AbortError; the cause is in the reason of the signal.
      throw signal?.aborted ? signal.reason : error;
    }
  },
};
