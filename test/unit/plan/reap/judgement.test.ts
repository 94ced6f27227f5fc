import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANNOTATIONS } from '../../../../src/objects/names.ts';
import { judgementOf } from '../../../../src/plan/reap/judgement.ts';
import { ownerLabels } from '../../../../src/plan/review/environment/owner.ts';
import { reviewNamespaceOf } from '../../../../src/plan/review/environment/review-namespace.ts';
import type { ObjectMeta } from '../../../../src/ports.ts';

const REPOSITORY = 42;
const NOW = Date.parse('2026-10-05T12:00:00Z');
const HOUR = 3_600_000;
const at = (ms: number) => new Date(ms).toISOString();

function metadata(overrides: Partial<ObjectMeta> = {}): ObjectMeta {
  return {
    name: 'parking-pr-7-3f2a91',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: at(NOW - HOUR),
    labels: ownerLabels({ app: 'parking', repositoryId: REPOSITORY, number: 7 }),
    annotations: { [ANNOTATIONS.expiresAt]: at(NOW + HOUR) },
    ...overrides,
  };
}

const judged = (overrides: Partial<ObjectMeta>, open = [7]) => {
  const environment = reviewNamespaceOf(metadata(overrides), REPOSITORY);
  return environment && judgementOf(environment, new Set(open), NOW).is;
};

/** What a run notes that waits for a place. */
const CALLABLE = { [ANNOTATIONS.queuedRun]: '{"max":1,"run":5}' };

describe('an environment', () => {
  it.each<[string, Partial<ObjectMeta>, number[], string]>([
    ['of an open pull request is wanted', {}, [7], 'wanted'],
    ['whose pull request is not among the open ones has to be proven', {}, [8], 'unclaimed'],
    ['past its ttl is expired', { annotations: { [ANNOTATIONS.expiresAt]: at(NOW) } }, [7], 'expired'],
    ['that is being deleted is going, whatever else is true', { deletionTimestamp: at(NOW - HOUR) }, [], 'going'],
    ['that says no time gets a week', { annotations: {} }, [7], 'wanted'],
    [
      'that says no time for longer is expired',
      { annotations: {}, creationTimestamp: at(NOW - 200 * HOUR) },
      [7],
      'expired',
    ],
    [
      'that somebody has extended stays until then',
      { annotations: { [ANNOTATIONS.expiresAt]: at(NOW - 1), [ANNOTATIONS.extendedUntil]: at(NOW + 1) } },
      [7],
      'wanted',
    ],
    [
      'that waits for a place does not expire',
      { annotations: { [ANNOTATIONS.expiresAt]: at(NOW - 1), [ANNOTATIONS.queued]: at(NOW - HOUR), ...CALLABLE } },
      [7],
      'wanted',
    ],
    [
      'that waits for a place, and did not come when it was called, does',
      {
        annotations: {
          [ANNOTATIONS.expiresAt]: at(NOW - 1),
          [ANNOTATIONS.queued]: at(NOW - 3 * HOUR),
          [ANNOTATIONS.called]: at(NOW - HOUR),
          ...CALLABLE,
        },
      },
      [7],
      'expired',
    ],
    [
      'that nobody used for its time is idle',
      {
        annotations: {
          [ANNOTATIONS.expiresAt]: at(NOW + HOUR),
          [ANNOTATIONS.usedAt]: at(NOW - 2 * HOUR),
          [ANNOTATIONS.sleepAfter]: '2h',
        },
      },
      [7],
      'idle',
    ],
    [
      'that sleeps is not idle',
      {
        annotations: {
          [ANNOTATIONS.expiresAt]: at(NOW + HOUR),
          [ANNOTATIONS.usedAt]: at(NOW - 2 * HOUR),
          [ANNOTATIONS.sleepAfter]: '2h',
          [ANNOTATIONS.asleep]: '{}',
        },
      },
      [7],
      'wanted',
    ],
  ])('%s', (_, overrides, open, is) => {
    expect(judged(overrides, open)).toBe(is);
  });

  it('R10: is ours only with all labels of this repository', () => {
    const labels = ownerLabels({ app: 'parking', repositoryId: REPOSITORY, number: 7 });
    expect(reviewNamespaceOf(metadata(), REPOSITORY)?.number).toBe(7);
    for (const key of Object.keys(labels)) {
      const { [key]: _, ...without } = labels;
      expect(reviewNamespaceOf(metadata({ labels: without }), REPOSITORY)).toBeUndefined();
    }
    expect(reviewNamespaceOf(metadata(), REPOSITORY + 1)).toBeUndefined();
    expect(
      reviewNamespaceOf(metadata({ labels: { ...labels, 'slipway.dev/environment': 'staging' } }), REPOSITORY),
    ).toBeUndefined();
  });

  it('no text in labels and annotations makes it go while its pull request is open and its time is not over', () => {
    const annotations = fc.dictionary(
      fc.constantFrom(...Object.values(ANNOTATIONS).filter((name) => name !== ANNOTATIONS.expiresAt)),
      fc.oneof(fc.string(), fc.constantFrom('0', '-1h', '1970-01-01T00:00:00Z', 'NaN')),
    );
    fc.assert(
      fc.property(annotations, (some) => {
        const is = judged({ annotations: { ...some, [ANNOTATIONS.expiresAt]: at(NOW + 1) } });
        expect(['wanted', 'idle']).toContain(is);
      }),
    );
  });

  it('no pull request number but a plain one is ours', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const labels = { ...metadata().labels, 'slipway.dev/pull-request': text };
        const environment = reviewNamespaceOf(metadata({ labels }), REPOSITORY);
        expect(environment === undefined || String(environment.number) === text).toBe(true);
      }),
    );
  });
});
