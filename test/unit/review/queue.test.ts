import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReviewNamespace } from '../../../src/plan/reap/environment.ts';
import { ordinal, placeOf, placeWords, queueOf } from '../../../src/plan/review/queue.ts';

function environment(number: number, overrides: Partial<ReviewNamespace> = {}): ReviewNamespace {
  return {
    name: `parking-pr-${number}`,
    uid: String(number),
    resourceVersion: '1',
    app: 'parking',
    number,
    variant: undefined,
    expiresAt: 0,
    sleepsAt: undefined,
    queuedSince: undefined,
    deletedSince: undefined,
    createdAt: number,
    annotations: {},
    ...overrides,
  };
}

describe('the queue for a place', () => {
  it('first come, first served', () => {
    const all = [
      environment(1),
      environment(2),
      environment(3, { queuedSince: 20 }),
      environment(4, { queuedSince: 10 }),
    ];
    expect(placeOf('parking-pr-4', all, 2)).toMatchObject({ inUse: 2, free: 0, ahead: 0, holders: [1, 2] });
    expect(placeOf('parking-pr-3', all, 2).ahead).toBe(1);
    expect(queueOf(all).map(({ number }) => number)).toEqual([4, 3]);
    expect(placeWords(placeOf('parking-pr-3', all, 2))).toContain(
      '2 of 2 environments are in use (#1, #2); you are 2nd in the queue',
    );
  });

  it('one that is being deleted has its place until it is gone; one that is deleted while it waits, none', () => {
    const all = [
      environment(1, { deletedSince: 1 }),
      environment(2, { queuedSince: 1, deletedSince: 2 }),
      environment(3, { queuedSince: 3 }),
    ];
    expect(placeOf('parking-pr-3', all, 1)).toMatchObject({ free: 0, ahead: 0 });
  });

  it('of those that took places at the same time, exactly the first `max` keep theirs', () => {
    const times = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 9 }), (list, max) => {
        const all = list.map((createdAt, index) => environment(index + 1, { createdAt }));
        const kept = all.filter(({ name }) => placeOf(name, all, max).isEarly);
        expect(kept).toHaveLength(Math.min(max, all.length));
      }),
    );
  });

  it.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [13, '13th'],
    [22, '22nd'],
    [111, '111th'],
  ])('%i is the %s', (number, words) => {
    expect(ordinal(number)).toBe(words);
  });
});
