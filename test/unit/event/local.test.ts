import { describe, expect, it } from 'vitest';
import { localEvent } from '../../../src/event/local.ts';

describe('a run by hand', () => {
  const checkout = { sha: 'a'.repeat(40), branch: 'main', origin: undefined };

  it.each([
    ['https://github.com/acme/parking.git', 'acme/parking'],
    ['https://github.com/acme/parking/', 'acme/parking'],
    ['git@github.com:acme/parking.git', 'acme/parking'],
    ['/srv/git/parking', 'git/parking'],
    [undefined, 'local/checkout'],
  ])('of a clone of %s belongs to %s', (origin, fullName) => {
    expect(localEvent({ ...checkout, origin }, 'developer').repository).toEqual({
      id: 0,
      fullName,
      defaultBranch: 'main',
    });
  });

  it('is a manual run of the commit that is checked out', () => {
    expect(localEvent(checkout, 'developer')).toMatchObject({
      kind: 'manual',
      sha: checkout.sha,
      branch: 'main',
      actor: 'developer',
    });
  });
});
