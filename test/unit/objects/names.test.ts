import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitName, reviewNamespace } from '../../../src/objects/names.ts';

const LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const app = fc.stringMatching(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/);

describe('R9 names of namespaces', () => {
  it('are RFC 1123 labels of at most 63 characters for every app and number', () => {
    fc.assert(
      fc.property(app, fc.nat(), fc.nat(), (name, repository, number) => {
        const namespace = reviewNamespace(name, repository, number);
        expect(namespace).toMatch(LABEL);
        expect(namespace.length).toBeLessThanOrEqual(63);
      }),
    );
  });

  it('differ where the pull request or the repository differs', () => {
    expect(reviewNamespace('parking', 1, 7)).not.toBe(reviewNamespace('parking', 1, 8));
    expect(reviewNamespace('parking', 1, 7)).not.toBe(reviewNamespace('parking', 2, 7));
  });

  it('keep apart what cutting alone would make equal', () => {
    const long = 'a'.repeat(70);
    expect(fitName(`${long}-x`)).not.toBe(fitName(`${long}-y`));
    expect(fitName(`${long}-x`)).toHaveLength(63);
    expect(fitName('short')).toBe('short');
  });
});
