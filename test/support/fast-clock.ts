import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { Clock } from '../../src/ports.ts';

/** The real clock, `times` as fast: what is reported after many seconds is there after few. */
export function fastClock(times: number): Clock {
  const began = systemClock.now();
  const beganMonotonic = systemClock.monotonic();
  return {
    now: () => began + (systemClock.now() - began) * times,
    monotonic: () => beganMonotonic + (systemClock.monotonic() - beganMonotonic) * times,
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  };
}
