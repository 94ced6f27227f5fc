import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { Clock } from '../../src/ports.ts';

const LOOK_EVERY_MS = 50;
const DAY_MS = 24 * 60 * 60_000;

/**
 * The real clock until what a test waits for was seen; then a day has passed, and every deadline with it. So a test of what
 * is told at a deadline depends on no deadline that is long enough for a busy machine.
 * @param seen asked while somebody sleeps, because what is read after that sleep is at least as new
 */
export function jumpingClock(seen: () => boolean | Promise<boolean>): Clock {
  let jumped = false;
  return {
    now: () => systemClock.now() + (jumped ? DAY_MS : 0),
    monotonic: () => systemClock.monotonic() + (jumped ? DAY_MS : 0),
    sleep: async (ms, signal) => {
      const until = systemClock.now() + ms;
      // Who begins to sleep after the jump really sleeps: loops that look again and again would spin.
      const mayJump = !jumped;
      while (systemClock.now() < until) {
        jumped ||= await seen();
        if (jumped && mayJump) return signal?.throwIfAborted();
        await systemClock.sleep(Math.min(LOOK_EVERY_MS, until - systemClock.now()), signal);
      }
    },
  };
}
