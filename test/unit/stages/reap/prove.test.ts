import { describe, expect, it } from 'vitest';
import type { GitHub } from '../../../../src/ports.ts';
import { BY_NUMBER, proofs } from '../../../../src/stages/reap/prove.ts';

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

/** Closed pull requests, those that changed last first; all others are open, and from 9,000 on there are none. */
function gitHub(closed: number[]) {
  const asked = { pages: 0, byNumber: [] as number[] };
  const github = {
    async *closedPullRequests() {
      for (let at = 0; at < closed.length; at += 100) {
        asked.pages += 1;
        yield closed.slice(at, at + 100);
      }
    },
    async findPullRequest(number: number) {
      asked.byNumber.push(number);
      if (number >= 9_000) return undefined;
      return { number, state: closed.includes(number) ? 'closed' : 'open' };
    },
  };
  return { asked, github: github as unknown as GitHub };
}

describe('the proof that a pull request is over', () => {
  it('is asked for by its number where there is one, and one that is open or missing is told apart', async () => {
    const { asked, github } = gitHub([7]);
    expect(await proofs([7], github)).toEqual(new Map([[7, 'closed']]));
    expect(asked).toEqual({ pages: 0, byNumber: [7] });
    expect([...(await proofs([8, 9_001], github)).values()]).toEqual(['open', 'orphaned']);
  });

  it('many are found a hundred at a time, for as long as a page spares more than it costs', async () => {
    const { asked, github } = gitHub(range(1, 1_000));
    const proven = await proofs(range(1, 1_000), github);
    expect([...proven.values()].every((proof) => proof === 'closed')).toBe(true);
    expect(asked).toEqual({ pages: 10, byNumber: [] });
  });

  it('who changed last long ago is asked for by number, within what an hour allows; the others wait', async () => {
    const { asked, github } = gitHub([...range(1_000, 900), ...range(1, 500)]);
    const proven = await proofs(range(1, 500), github);
    expect(asked.pages).toBe(5);
    expect(asked.byNumber).toHaveLength(BY_NUMBER);
    expect([...proven.values()].filter((proof) => proof === 'unasked')).toHaveLength(400);
  });
});
