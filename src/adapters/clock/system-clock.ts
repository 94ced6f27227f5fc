import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../ports.ts';

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      // node:timers rejects with an AbortError; the cause is in the reason of the signal.
      throw signal?.aborted ? signal.reason : error;
    }
  },
};
