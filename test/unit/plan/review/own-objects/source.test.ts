import { describe, expect, it } from 'vitest';
import { filledSource } from '../../../../../src/plan/review/own-objects/source.ts';

describe('values of a chart in a review environment', () => {
  it('have their placeholders replaced in review.helm.set alone, in lists and maps too', () => {
    const set = { a: '{host}', b: { c: ['x.{host}', 1, true, null] }, none: null, deployed: '{host}' };
    const source = { from: 'helm', set } as unknown as Parameters<typeof filledSource>[0];
    const values = { host: 'h.dev' } as unknown as Parameters<typeof filledSource>[2];
    expect(filledSource(source, ['a', 'b', 'none'], values)).toMatchObject({
      set: { a: 'h.dev', b: { c: ['x.h.dev', 1, true, null] }, none: null, deployed: '{host}' },
    });
  });
});
