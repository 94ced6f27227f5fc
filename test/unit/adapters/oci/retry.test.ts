import { describe, expect, it } from 'vitest';
import { retryAfter } from '../../../../src/adapters/http/retry-after.ts';
import { ATTEMPTS, Transient, withRetries } from '../../../../src/adapters/oci/retry.ts';
import { StepClock } from '../../../support/step-clock.ts';

function failing(times: number, retryAfterMs?: number) {
  const clock = new StepClock();
  const told: string[] = [];
  let calls = 0;
  const work = async () => {
    calls++;
    if (calls <= times) throw new Transient(new Error('503 Service Unavailable'), retryAfterMs);
    return calls;
  };
  const retries = { clock, report: (message: string) => told.push(message), random: () => 1 };
  return { clock, told, run: () => withRetries(work, retries), calls: () => calls };
}

describe('P1: retries', () => {
  it('wait twice as long each time and report each attempt', async () => {
    const rig = failing(3);
    expect(await rig.run()).toBe(4);
    expect(rig.clock.slept).toEqual([500, 1_000, 2_000]);
    expect(rig.told[0]).toBe('attempt 1 of 5: 503 Service Unavailable; attempt 2 of 5 in 500 ms');
    expect(rig.told).toHaveLength(3);
  });

  it('wait as long as the server asks, at most two minutes', async () => {
    const patient = failing(1, 7_000);
    await patient.run();
    expect(patient.clock.slept[0]).toBeGreaterThanOrEqual(7_000);
    const endless = failing(1, 3_600_000);
    await endless.run();
    expect(endless.clock.slept).toEqual([120_000]);
  });

  it('end with the last refusal', async () => {
    const rig = failing(ATTEMPTS);
    await expect(rig.run()).rejects.toThrow('503 Service Unavailable');
    expect(rig.calls()).toBe(ATTEMPTS);
  });

  it('are not made for what will stay', async () => {
    const clock = new StepClock();
    const work = () => Promise.reject(new Error('denied'));
    await expect(withRetries(work, { clock, report: () => undefined })).rejects.toThrow('denied');
    expect(clock.slept).toEqual([]);
  });

  it('end when the run is cancelled', async () => {
    const stop = new AbortController();
    const rig = failing(3);
    rig.clock.onSleep = () => stop.abort(new Error('cancelled'));
    const work = () => Promise.reject(new Transient(new Error('503')));
    await expect(withRetries(work, { clock: rig.clock, report: () => undefined, signal: stop.signal })).rejects.toThrow(
      'cancelled',
    );
  });

  it('read Retry-After as seconds and as a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfter('3', now)).toBe(3_000);
    expect(retryAfter('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5_000);
    expect(retryAfter('Wed, 31 Dec 2025 23:00:00 GMT', now)).toBe(0);
    expect(retryAfter('soon', now)).toBeUndefined();
    expect(retryAfter(null, now)).toBeUndefined();
  });
});
