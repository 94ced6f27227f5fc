import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { Cancelled } from '../../../src/errors.ts';

describe('the clock of this machine', () => {
  it('sleeps, and is woken by a cancellation with its reason', async () => {
    await systemClock.sleep(1);
    const reason = new Cancelled('cancelled (SIGINT)');
    const controller = new AbortController();
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe(reason);
  });
});
