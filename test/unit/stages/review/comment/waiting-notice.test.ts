import { describe, expect, it } from 'vitest';
import { WaitingNotice } from '../../../../../src/stages/review/comment/waiting-notice.ts';
import type { WaitCause } from '../../../../../src/stages/site.ts';
import { StepClock } from '../../../../support/step-clock.ts';

const cause = (what: string): WaitCause => ({ what });
const moment = () => new Promise((resolve) => setImmediate(resolve));

function notice() {
  const clock = new StepClock(1_000_000);
  const written: [second: number, what: string | undefined][] = [];
  const began = clock.now();
  const one = new WaitingNotice(async (told) => {
    written.push([(clock.now() - began) / 1_000, told?.what]);
  }, clock);
  return { one, written, clock };
}

describe('F1: the cause of a wait on the pull request', () => {
  it('is written at once, and once', async () => {
    const { one, written } = notice();
    for (let look = 0; look < 20; look++) one.take(cause('nothing listens'));
    await moment();
    one.take(cause('nothing listens'));
    await one.end();
    expect(written).toEqual([[0, 'nothing listens']]);
  });

  it('changes after 30 s at the earliest, to the last of the causes since', async () => {
    const { one, written } = notice();
    one.take(cause('a'));
    await moment();
    for (const what of ['b', 'c', 'd']) one.take(cause(what));
    await moment();
    expect(written).toEqual([
      [0, 'a'],
      [30, 'd'],
    ]);
  });

  it('changes later too, after a cause came back before its change was written', async () => {
    const { one, written } = notice();
    one.take(cause('a'));
    await moment();
    one.take(undefined);
    one.take(cause('a'));
    await moment();
    one.take(cause('b'));
    await moment();
    expect(written.map(([, what]) => what)).toEqual(['a', 'b']);
  });

  it('is taken back when the wait is over', async () => {
    const { one, written } = notice();
    one.take(cause('a'));
    await moment();
    one.take(undefined);
    await moment();
    expect(written.map(([, what]) => what)).toEqual(['a', undefined]);
  });

  it('is not written over the result', async () => {
    const { one, written } = notice();
    await one.end();
    one.take(cause('a'));
    await moment();
    expect(written).toEqual([]);
  });

  it('does not hide a defect of the write', async () => {
    const one = new WaitingNotice(() => Promise.reject(new TypeError('no such thing')), new StepClock());
    one.take(cause('a'));
    await moment();
    await expect(one.end()).rejects.toThrow(TypeError);
  });
});
