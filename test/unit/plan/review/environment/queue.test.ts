import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  missedOffer,
  nextInQueue,
  OFFER_MS,
  ordinal,
  placeOf,
  placeWords,
  queueOf,
} from '../../../../../src/plan/review/environment/queue.ts';
import type { ReviewNamespace } from '../../../../../src/plan/review/environment/review-namespace.ts';

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
    offeredAt: undefined,
    deletedSince: undefined,
    createdAt: number,
    annotations: {},
    ...overrides,
  };
}

const NOW = 10 * OFFER_MS;

describe('the queue for a place', () => {
  const annotations = { 'slipway.dev/queued-run': '{"max":2}' };
  it('first come, first served', () => {
    const all = [
      environment(1),
      environment(2),
      environment(3, { queuedSince: 20, annotations }),
      environment(4, { queuedSince: 10, annotations }),
    ];
    expect(placeOf('parking-pr-4', all, 2, NOW)).toMatchObject({ inUse: 2, free: 0, ahead: 0, holders: [1, 2] });
    expect(placeOf('parking-pr-3', all, 2, NOW).ahead).toBe(1);
    expect(queueOf(all, NOW).map(({ number }) => number)).toEqual([4, 3]);
    expect(placeWords(placeOf('parking-pr-3', all, 2, NOW))).toContain(
      '2 of 2 environments are in use (#1, #2); you are 2nd in the queue',
    );
  });

  it('one that is being deleted has its place until it is gone; one that is deleted while it waits, none', () => {
    const all = [
      environment(1, { deletedSince: 1 }),
      environment(2, { queuedSince: 1, deletedSince: 2 }),
      environment(3, { queuedSince: 3 }),
    ];
    expect(placeOf('parking-pr-3', all, 1, NOW)).toMatchObject({ free: 0, ahead: 0 });
  });

  it('of those that took places at the same time, exactly the first `max` keep theirs', () => {
    const times = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 9 }), (list, max) => {
        const all = list.map((createdAt, index) => environment(index + 1, { createdAt }));
        const kept = all.filter(({ name }) => placeOf(name, all, max, NOW).isEarly);
        expect(kept).toHaveLength(Math.min(max, all.length));
      }),
    );
  });

  describe('who is called', () => {
    const waiting = (number: number, offeredAt?: number, max = 2) =>
      environment(number, {
        queuedSince: number,
        offeredAt,
        annotations: { 'slipway.dev/queued-run': JSON.stringify({ max, run: 100 + number }) },
      });
    const numbers = (all: ReviewNamespace[]) =>
      nextInQueue(all, NOW).map(({ environment: { number }, queued }) => [number, queued.run]);

    it('as many as there are places, the first ones first', () => {
      expect(numbers([environment(1), waiting(3), waiting(2)])).toEqual([[2, 102]]);
      expect(numbers([waiting(3), waiting(2), waiting(4)])).toEqual([
        [2, 102],
        [3, 103],
      ]);
      expect(numbers([environment(1), environment(2), waiting(3)])).toEqual([]);
    });

    it('once: its place is kept for it, and nobody else is called for that', () => {
      expect(numbers([environment(1), waiting(2, NOW - 1), waiting(3)])).toEqual([]);
      expect(numbers([waiting(2, NOW - 1), waiting(3)])).toEqual([[3, 103]]);
      expect(placeOf('parking-pr-3', [environment(1), waiting(2, NOW - 1), waiting(3)], 2, NOW).ahead).toBe(1);
    });

    it('R15: and then does not come within the hour blocks nobody: others go first, and it is not called again', () => {
      const late = [waiting(1, NOW - OFFER_MS), waiting(2, NOW - OFFER_MS)];
      expect(numbers([...late, waiting(3), waiting(4), waiting(5)])).toEqual([
        [3, 103],
        [4, 104],
      ]);
      expect(numbers(late)).toEqual([]);
      expect(placeOf('parking-pr-3', [...late, waiting(3)], 2, NOW)).toMatchObject({ ahead: 0, free: 2 });
      expect(queueOf([...late, waiting(3)], NOW).map(({ number }) => number)).toEqual([3, 1, 2]);
    });

    it('has nobody whose note cannot be read, or who is being deleted; they are in nobody’s way', () => {
      const broken = environment(1, { queuedSince: 1, annotations: { 'slipway.dev/queued-run': '{' } });
      // An earlier version noted a call by taking that note away.
      const called = environment(2, { queuedSince: 1 });
      const all = [environment(9), broken, called, { ...waiting(4), deletedSince: 1 }, waiting(3)];
      expect(numbers(all)).toEqual([[3, 103]]);
      expect(placeOf('parking-pr-3', all, 2, NOW)).toMatchObject({ ahead: 0, free: 1 });
    });

    it('within the hour it can still come', () => {
      const { annotations } = waiting(1);
      const times = [undefined, NOW, NOW - OFFER_MS + 1];
      expect(times.map((offeredAt) => missedOffer({ offeredAt, annotations }, NOW))).toEqual(Array(3).fill(false));
    });
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
