import type { Over } from '../../plan/reap/judgement.ts';
import type { GitHub } from '../../ports.ts';

/** Pages of 100 closed pull requests to read before asking by number. */
const PAGES = 5;
/** Most pages to read, as long as each finds more than one. */
const MOST_PAGES = 20;
/** Pull requests to ask for by number: the token of a job has 1,000 requests an hour in total. */
export const BY_NUMBER = 100;

/** Why the environment of a pull request is over. `open`: it is not. `unasked`: left to the next run. */
export type Proof = Over | 'open' | 'unasked';

/**
 * Proves that pull requests are closed or do not exist. Lists the ones that changed last in pages of a hundred, which
 * contain most of them, and requests the others by number.
 */
export async function proofs(numbers: Iterable<number>, github: GitHub): Promise<ReadonlyMap<number, Proof>> {
  const wanted = new Set(numbers);
  const proven = new Map<number, Proof>();
  if (wanted.size > 1) {
    for (const number of await recentlyClosed(wanted, github)) proven.set(number, 'closed');
  }
  const others = [...wanted].filter((number) => !proven.has(number));
  for (const [index, number] of others.entries()) {
    if (index >= BY_NUMBER) {
      proven.set(number, 'unasked');
      continue;
    }
    const pull = await github.findPullRequest(number);
    proven.set(number, pull === undefined ? 'orphaned' : pull.state);
  }
  return proven;
}

async function recentlyClosed(wanted: ReadonlySet<number>, github: GitHub): Promise<Set<number>> {
  const found = new Set<number>();
  let pages = 0;
  for await (const numbers of github.closedPullRequests()) {
    const before = found.size;
    for (const number of numbers) if (wanted.has(number)) found.add(number);
    pages += 1;
    const worthIt = pages < PAGES || (pages < MOST_PAGES && found.size - before > 1);
    if (found.size === wanted.size || !worthIt) break;
  }
  return found;
}
