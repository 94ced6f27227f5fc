import { describe, expect, it } from 'vitest';
import { EnvironmentError, PermissionMissing, Unreachable, UserError } from '../../../src/errors.ts';
import { unlessForbidden, unlessRefused } from '../../../src/stages/unless-refused.ts';

const fails = (error: unknown) => () => Promise.reject(error);

describe('a request that a stage can do without', () => {
  it('resolves to its result', async () => {
    expect(
      await unlessRefused(
        async () => 1,
        () => 2,
      ),
    ).toBe(1);
    expect(await unlessForbidden(async () => 1, 2)).toBe(1);
  });

  it('that the server refuses resolves to the alternative, which knows the error', async () => {
    for (const error of [new UserError('invalid'), new EnvironmentError('quota'), new PermissionMissing('forbidden')]) {
      expect(await unlessRefused(fails(error), ({ message }) => message)).toBe(error.message);
    }
    expect(await unlessForbidden(fails(new PermissionMissing('forbidden')), 2)).toBe(2);
  });

  it('rejects when the cluster is away, and for a mistake of the program', async () => {
    for (const error of [new Unreachable('away'), new TypeError('a mistake')]) {
      await expect(unlessRefused(fails(error), () => 2)).rejects.toBe(error);
      await expect(unlessForbidden(fails(error), 2)).rejects.toBe(error);
    }
    const other = new UserError('invalid');
    await expect(unlessForbidden(fails(other), 2)).rejects.toBe(other);
  });
});
