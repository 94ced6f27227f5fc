import { describe, expect, it } from 'vitest';
import { Contact } from '../../../../src/adapters/kube/contact.ts';
import { ApiFailure, statusOf } from '../../../../src/adapters/kube/failure.ts';
import { Retry } from '../../../../src/adapters/kube/retry.ts';
import { TIMING } from '../../../../src/adapters/kube/timing.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { StepClock } from '../../../support/step-clock.ts';

const OUTAGE = 1_500;

function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}

function patient(signal = new AbortController().signal) {
  const clock = new StepClock(0);
  const log = memoryLog();
  const contact = new Contact('test', clock, log, OUTAGE);
  const retry = new Retry({ clock, log, signal, contact, timing: { ...TIMING, outage: OUTAGE } });
  /** When it was tried, from now on, until it is given up. */
  const attempts = async (budgetMs?: number, failure: () => Error = refused) => {
    const at: number[] = [];
    const failing = async () => {
      at.push(clock.now());
      throw failure();
    };
    await expect(retry.run('GET /x', failing, budgetMs)).rejects.toThrow(failure().message);
    return at;
  };
  return { clock, contact, attempts };
}

describe('retry', () => {
  // The pauses have jitter: what holds has to hold for all of them.
  it('uses all of its time, and what comes after it is tried once', async () => {
    for (let run = 0; run < 50; run++) {
      const { attempts } = patient();
      const at = await attempts();
      expect([at[0], at.at(-1)]).toEqual([0, OUTAGE]);
      expect(at.length).toBeGreaterThan(3);
      expect(await attempts()).toEqual([OUTAGE]);
    }
  });

  it('of a request that comes late in an outage ends with it', async () => {
    const { clock, contact, attempts } = patient();
    contact.lost(refused(), clock.now());
    await clock.sleep(1_000);
    const at = await attempts();
    expect([at[0], at.at(-1)]).toEqual([1_000, OUTAGE]);
  });

  it('begins anew after an answer', async () => {
    const { contact, attempts } = patient();
    await attempts();
    contact.made();
    const at = await attempts();
    expect([at[0], at.at(-1)]).toEqual([OUTAGE, 2 * OUTAGE]);
  });

  it('may be shorter than the outage that is waited for', async () => {
    expect((await patient().attempts(300)).at(-1)).toBe(300);
  });

  it('is not asked sooner than the server wants: longer than the outage that is waited for ends at once', async () => {
    const { attempts } = patient();
    expect(await attempts(undefined, () => new ApiFailure(429, statusOf('slow down'), OUTAGE + 1))).toEqual([0]);
  });

  it('has no pauses after a cancellation', async () => {
    expect(await patient(AbortSignal.abort()).attempts()).toEqual([0]);
  });
});
