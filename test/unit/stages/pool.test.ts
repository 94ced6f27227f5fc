import { describe, expect, it } from 'vitest';
import { inPool } from '../../../src/stages/pool.ts';

describe('a pool', () => {
  it('answers in the order of the items, whatever ends first', async () => {
    const work = async (ms: number) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return ms;
    };
    expect(await inPool([30, 1, 10], work)).toEqual([30, 1, 10]);
  });

  it('begins nothing after an error, and ends only with what is under way: a late write must not meet the next', async () => {
    const seen: string[] = [];
    let finish = () => {};
    const slow = new Promise<void>((resolve) => (finish = resolve));
    const pool = inPool(
      ['slow', 'broken', 'never'],
      async (name) => {
        seen.push(name);
        if (name === 'broken') throw new Error('broken');
        await slow;
        seen.push(`${name} ended`);
      },
      2,
    );
    const ended = pool.catch((error: Error) => seen.push(error.message));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toEqual(['slow', 'broken']);
    finish();
    await ended;
    expect(seen).toEqual(['slow', 'broken', 'slow ended', 'broken']);
  });
});
